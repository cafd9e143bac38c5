"""What a refused deed says to the person: one message per code in Japanese and English."""

from models.refusal import RefusalCode

# (Japanese, English). A message says nothing of the record that it is about, not even whether there is one.
MESSAGES: dict[RefusalCode, tuple[str, str]] = {
    RefusalCode.NOT_FOUND: ("対象の記録が見つかりません。", "There is no such record."),
    RefusalCode.NOT_PERMITTED: ("この操作は行えません。", "You may not do this."),
    RefusalCode.PURPOSE_REQUIRED: (
        "利用目的を指定してください。",
        "State the purpose for which you need this.",
    ),
    RefusalCode.VALUE_OUT_OF_RANGE: ("値が範囲外です。", "The value is out of range."),
    RefusalCode.VALUE_MISSING: ("必要な値がありません。", "A value is missing."),
    RefusalCode.DATE_OUT_OF_RANGE: ("日付が範囲外です。", "The date is out of range."),
    RefusalCode.TEXT_TOO_LONG: ("文字数が多すぎます。", "The text is too long."),
    RefusalCode.TEXT_MALFORMED: ("使えない文字が含まれています。", "The text holds characters that cannot be kept."),
    RefusalCode.INDIVIDUAL_NUMBER_REFUSED: (
        "マイナンバーと思われる番号が含まれています。削除してやり直してください。",
        "The text seems to contain an Individual Number. Remove it and try again.",
    ),
    RefusalCode.KEY_REUSED: (
        "同じキーが別の内容ですでに使われています。",
        "This idempotency key was used before with another content.",
    ),
    RefusalCode.KEY_INVALID: (
        "キーの形式が正しくありません。",
        "The idempotency key is malformed.",
    ),
    RefusalCode.ADDRESS_MALFORMED: (
        "メールアドレスの形式が正しくありません。",
        "The mail address is malformed.",
    ),
    RefusalCode.GROUP_NOT_SHAREABLE: (
        "この項目は共有できません。",
        "This part of the record cannot be shared by you with them.",
    ),
    RefusalCode.INVITATIONS_TOO_MANY: (
        "未使用の招待が多すぎます。不要な招待を取り消してください。",
        "Too many invitations are waiting. Revoke those that are not needed.",
    ),
    RefusalCode.INVITATION_INVALID: (
        "この招待は使えません。招待した方に確認してください。",
        "This invitation cannot be used. Ask whoever sent it.",
    ),
}


def message(code: RefusalCode, language: str) -> str:
    """The message of a code in `ja` or `en`; every other language reads English."""
    japanese, english = MESSAGES[code]
    return japanese if language == "ja" else english
