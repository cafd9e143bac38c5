"""What a resident agrees to who links the login of another city; its wording is this project's."""

from datetime import date

from rules.service_consent import Consent

LINKING = Consent(
    "2026-11-01",
    date(2026, 11, 1),
    "お住まいの（または以前お住まいだった）別の自治体でのログインで、この自治体の自分の記録も見られるようにします。"
    "この自治体は、別の自治体が私を指す専用の符号だけを、元に戻せない形で保存します。氏名・番号・記録は自治体の間で渡されません。"
    "別の自治体のログインを信用することになります。ログイン手段の一覧でいつでも確認し、取り消すことができます。",
    "I let my login at another city open my own records in this city, too. This city keeps, in a form that cannot be"
    " turned back, nothing but a word of the other city's for me that is made for this city alone. No name, number or"
    " record passes between the cities. I trust the other city's logins by this. I find the link among my ways to log"
    " in and can withdraw it there at any time.",
)
