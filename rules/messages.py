"""What a refused deed says to the person: one message per code in Japanese and English."""

from models.refusal import RefusalCode

# (Japanese, English). A message says nothing of a record that its reader may not see, not even whether there is one;
# what the register holds is told to the register's desk alone.
MESSAGES: dict[RefusalCode, tuple[str, str]] = {
    RefusalCode.NOT_FOUND: ("対象の記録が見つかりません。", "There is no such record."),
    RefusalCode.NOT_PERMITTED: ("この操作は行えません。", "You may not do this."),
    RefusalCode.PURPOSE_REQUIRED: (
        "利用目的を指定してください。",
        "State the purpose for which you need this.",
    ),
    RefusalCode.ACR_REQUIRED: (
        "この操作には、より確実な本人確認でのログインが必要です。",
        "This takes a login that recognises you more surely.",
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
        "キーは8文字以上200文字以内のASCII文字にしてください。",
        "An idempotency key has 8 to 200 printable ASCII characters.",
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
    RefusalCode.TRIES_TOO_MANY: (
        "無効なコードが続きました。1時間ほどたってからやり直してください。",
        "Too many codes did not work. Try again in an hour.",
    ),
    RefusalCode.PERIOD_INVALID: (
        "期間が正しくありません。",
        "The period ends before it has a day.",
    ),
    RefusalCode.RELATION_TO_ONESELF: (
        "本人自身との関係は登録できません。",
        "Nobody has a relation to themselves.",
    ),
    RefusalCode.RELATION_OVERLAPS: (
        "同じ人の同じ関係が、この期間にすでに登録されています。",
        "This person holds the same relation already at that time.",
    ),
    RefusalCode.AUTHORITY_CONTRADICTS: (
        "この期間に登録されている親権または後見と両立しません。",
        "This cannot stand beside the authority or guardianship of that time.",
    ),
    RefusalCode.TOO_MANY_HOLDERS: (
        "この期間には、すでに別の人が登録されています。",
        "Somebody else holds this relation already at that time.",
    ),
    RefusalCode.SUSPENDS_NOTHING: (
        "停止の対象となる親権がありません。",
        "This person holds no authority then that could be suspended.",
    ),
    RefusalCode.NOT_A_PARENT: (
        "親として登録されていない人に親権は登録できません。",
        "Parental authority is for a parent: record the parentage first.",
    ),
    RefusalCode.TIES_ENDED: (
        "特別養子縁組により実方の父母との親族関係が終了しているため、登録できません。",
        "A special adoption stands, by which the ties to other parents have ended.",
    ),
    RefusalCode.WARD_OF_AGE: ("その日には本人が成年に達しています。", "The person is of age on that day."),
    RefusalCode.HOLDER_TOO_YOUNG: (
        "その日には年齢の要件を満たしていません。",
        "The holder is too young for this on that day.",
    ),
    RefusalCode.HOLDER_DECEASED: ("その日にはすでに死亡しています。", "The holder has died by that day."),
    RefusalCode.JOINT_TOO_EARLY: (
        "2026年4月1日より前の共同親権の定めは登録できません。",
        "Joint authority can be decided from 2026-04-01 on.",
    ),
    RefusalCode.MOTHER_MALE: (
        "住民票の性別が男性の方は、実母として登録できません。",
        "The register has this person as a man, who is nobody's mother by birth.",
    ),
    RefusalCode.BIRTHS_APART: (
        "同じ母の出生として、この日付の間隔はあり得ません。",
        "One mother cannot have borne children on days this far apart.",
    ),
    RefusalCode.ENTRY_REPLACED: (
        "この登録は、すでに別の登録で置き換えられています。",
        "A later entry has replaced this one already.",
    ),
    RefusalCode.ENTRY_ENDED: ("すでに終了しています。", "This has ended by that day already."),
    RefusalCode.MEASURE_TOO_LONG: ("保護措置の期間は1年以内です。", "A measure holds for one year at most."),
    RefusalCode.MEASURE_OVERLAPS: (
        "同じ相手方への措置が、この期間にすでに登録されています。",
        "A measure against this person holds already at that time.",
    ),
    RefusalCode.COUNTERPARTY_IN_FAMILY: (
        "相手方が同じ世帯に登録されています。",
        "The counterparty is registered in this family.",
    ),
    RefusalCode.ALREADY_RECORDED: ("すでに登録されています。", "This is recorded already."),
    RefusalCode.ITEM_NOT_IN_PROGRAMME: (
        "この項目は、この健診の記録票にありません。",
        "This item is not on the form of this checkup.",
    ),
    RefusalCode.DOCUMENT_MALFORMED: ("申込書の形式が正しくありません。", "The signed document is malformed."),
    RefusalCode.CONSENT_OUTDATED: (
        "同意文が新しくなっています。読み直して、もう一度署名してください。",
        "The text that was agreed to is not the one in force. Read the new one and sign again.",
    ),
    RefusalCode.SIGNATURE_REFUSED: (
        "電子署名を確認できません。署名用電子証明書でもう一度署名してください。",
        "The signature does not count. Sign again with the signature certificate of your card.",
    ),
    RefusalCode.SIGNER_DIFFERS: (
        "署名した方とログインした方が違います。ご自身のカードで署名してください。",
        "Somebody else signed than has logged in. Sign with your own card.",
    ),
    RefusalCode.APPLICATIONS_TOO_MANY: (
        "確認中の申込が多すぎます。市からの連絡をお待ちください。",
        "Too many applications are waiting. Please wait for the city's decision.",
    ),
    RefusalCode.RELATION_MISSING: (
        "申込者との関係が登録されていません。先に関係または妊娠を登録してください。",
        "The register does not know of the relation or the pregnancy. Have it recorded first.",
    ),
    RefusalCode.LINK_CODES_TOO_MANY: (
        "未使用の連携コードが多すぎます。不要なコードを取り消してください。",
        "Too many link codes are waiting. Revoke those that are not needed.",
    ),
    RefusalCode.LINK_CODE_INVALID: (
        "この連携コードは使えません。保護者の方に確認してください。",
        "This link code cannot be used. Ask whoever brought it.",
    ),
    RefusalCode.NUMBER_TAKEN: (
        "この患者番号は、すでに別の子どもに使われています。",
        "This patient number stands for another child already.",
    ),
    RefusalCode.NOT_REGISTERED: (
        "このお子さまについて、先にサービスを申し込んでください。",
        "Apply for the record service for this child first.",
    ),
    RefusalCode.REMINDERS_TOO_MANY: (
        "通知先が多すぎます。不要な通知先を取り消してください。",
        "Too many addresses. Revoke those that are not needed.",
    ),
    RefusalCode.VALUE_UNKNOWN: (
        "この値は使えません。",
        "The value is none of those that are known, or no day of the calendar.",
    ),
    RefusalCode.CORRECTION_MISSING: (
        "先に記録を訂正してください。",
        "Put the record right first, and then approve.",
    ),
    RefusalCode.MAILBOXES_TOO_MANY: (
        "登録できるメールアドレスの数を超えています。不要なものを削除するか、明日もう一度登録してください。",
        "There are too many mailboxes. Remove one that is not needed, or add it tomorrow.",
    ),
    RefusalCode.CODE_INVALID: (
        "この確認コードは使えません。もう一度登録してください。",
        "This code cannot be used. Enter the address again.",
    ),
    RefusalCode.SPEND_CODE_INVALID: (
        "この利用コードは使えません。もう一度表示してもらってください。",
        "This code cannot be used. Ask for a new one.",
    ),
    RefusalCode.POINTS_INSUFFICIENT: ("ポイントが足りません。", "There are not so many points."),
    RefusalCode.HOLD_ENDED: (
        "この仮押さえは終了しています。",
        "This hold has ended: taken, given up, or out of time.",
    ),
    RefusalCode.ACCOUNT_FROZEN: ("この口座は凍結されています。", "This account is frozen."),
    RefusalCode.NOT_RESIDENT: (
        "住民登録を確認できません。窓口にお問い合わせください。",
        "The person is not known to live here. Ask at the counter.",
    ),
    RefusalCode.ELIGIBILITY_UNMET: (
        "申告された対象要件を満たしていません。",
        "What was said does not make anybody eligible.",
    ),
    RefusalCode.RIDES_EXCLUDED: (
        "ほかの助成を受けているため、対象になりません。",
        "Another support rules this subsidy out.",
    ),
    RefusalCode.OUT_OF_AREA: (
        "乗車地または降車地が市内である必要があります。",
        "The ride neither begins nor ends in the city.",
    ),
    RefusalCode.OUT_OF_HOURS: (
        "助成の対象となる時間帯ではありません。",
        "Boarding is out of the hours of the subsidy.",
    ),
    RefusalCode.FARE_OUT_OF_RANGE: ("運賃は1円から100,000円までです。", "A fare is 1 to 100,000 yen."),
    RefusalCode.CARD_NOT_ACCEPTED: (
        "このカードは利用できません。",
        "This card is not accepted.",
    ),
    RefusalCode.FOREIGN_TABLET: ("この乗車は別の端末で開始されています。", "Another tablet opened this ride."),
    RefusalCode.RIDE_CLOSED: ("この乗車はすでに終了しています。", "This ride is closed."),
    RefusalCode.RIDE_OPEN: ("この乗車はまだ終了していません。", "This ride is still under way."),
    RefusalCode.MONTH_CLOSED: (
        "この月の請求は締め切られています。市の担当課に連絡してください。",
        "This month is closed. Ask transport staff.",
    ),
    RefusalCode.CAPABILITY_INVALID: (
        "このオフライン許可証は使えません。",
        "This capability is none of ours, or is another tablet's.",
    ),
    RefusalCode.OUTSIDE_CAPABILITY: (
        "オフライン許可証の有効期間外の乗車です。",
        "The ride did not begin within the time of the capability.",
    ),
    RefusalCode.SYNC_TOO_LATE: (
        "乗車から日数がたちすぎているため、受け付けられません。",
        "Too many days have passed since the ride.",
    ),
    RefusalCode.TABLET_DISABLED: ("この端末は停止されています。", "This tablet was disabled."),
    RefusalCode.EARLIER_MONTH_OPEN: (
        "それより前の月がまだ締め切られていません。",
        "An earlier month is still open; close months in their order.",
    ),
}


def message(code: RefusalCode, language: str) -> str:
    """The message of a code in `ja` or `en`; every other language reads English."""
    japanese, english = MESSAGES[code]
    return japanese if language == "ja" else english
