"""What an applicant agrees to: the texts by version, each with its first day; the newest that has begun is in force.

The wording is this project's. A change of meaning is a new version; a version is never edited, since it was signed.
"""

from datetime import date
from typing import NamedTuple


class Consent(NamedTuple):
    """One version, by the name of its first day."""

    version: str
    valid_from: date
    ja: str
    en: str

    def text(self, language: str) -> str | None:
        """The text in `ja` or `en`."""
        return {"ja": self.ja, "en": self.en}.get(language)


CONSENTS = (
    Consent(
        "2024-04-01",
        date(2024, 4, 1),
        "母子健康情報サービスを申し込みます。市の健診と予防接種の記録を、マイナンバーカードで確認できることに同意します。"
        "マイナンバー（12桁の番号）は使われません。いつでも取りやめることができます。",
        "I apply for the maternal and child health record service. I agree that the city's records of checkups and"
        " vaccinations can be seen with my My Number Card. The 12-digit Individual Number is not used. I can withdraw"
        " at any time.",
    ),
    Consent(  # since parents may keep joint authority after a divorce: Civil Code 819, Act 33 of 2024
        "2026-04-01",
        date(2026, 4, 1),
        "母子健康情報サービスを申し込みます。署名用電子証明書の氏名・住所・生年月日・性別を、住民の登録と一度だけ照合し、"
        "保存しないことに同意します。サービスは、妊娠中から小学校入学まで、健診と予防接種のお知らせを届けます。"
        "記録を見られるのは、法律上の関係と、私が共有した相手に限られ、だれがいつ見たかを私は確認できます。"
        "マイナンバー（12桁の番号）は使われません。いつでも取りやめることができ、取りやめても記録は消えません。",
        "I apply for the maternal and child health record service. I agree that name, address, birth date and sex of my"
        " signature certificate are compared once with the register of residents and are not kept. From pregnancy to"
        " school entry the service sends notices of checkups and vaccinations. The record is open to those alone whom"
        " the law or I myself let see it, and I can read who looked at it and when. The 12-digit Individual Number is"
        " not used. I can withdraw at any time; the record stays.",
    ),
)


def in_force(today: date) -> Consent:
    """The version that is agreed to on this day; before the first there was no service, so the first is named."""
    begun = [each for each in CONSENTS if each.valid_from <= today]
    return begun[-1] if begun else CONSENTS[0]
