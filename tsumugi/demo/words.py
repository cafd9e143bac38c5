"""Neutral words for people and places: plants, colours, weather and silk, so that nobody real is meant."""

from typing import NamedTuple


class Word(NamedTuple):
    """A word and how it is read."""

    text: str
    kana: str


def _words(pairs: str) -> tuple[Word, ...]:
    return tuple(Word(*pair.split(":")) for pair in pairs.split())


FAMILY_NAMES = _words(
    "若草:わかくさ 露草:つゆくさ 山吹:やまぶき 藤色:ふじいろ 茜空:あかねぞら 朝霧:あさぎり 夕凪:ゆうなぎ "
    "木漏日:こもれび 花筏:はないかだ 水面:みなも 星屑:ほしくず 雨音:あまおと 月影:つきかげ 雪割:ゆきわり "
    "秋桜:こすもす 菜花:なばな "
    "蓮華:れんげ 若葉:わかば 青嵐:あおあらし 風花:かざはな 初霜:はつしも 薄氷:うすらい 紅葉:もみじ 山茶花:さざんか "
    "萌黄:もえぎ 浅葱:あさぎ 瑠璃:るり 琥珀:こはく 緋色:ひいろ 群青:ぐんじょう 鳶色:とびいろ 桔梗:ききょう "
    "撫子:なでしこ 藤袴:ふじばかま 竜胆:りんどう 鈴蘭:すずらん 柊:ひいらぎ 楓:かえで 銀杏:いちょう 白樺:しらかば"
)
GIRLS = _words(
    "花:はな 椿:つばき 菫:すみれ 杏:あんず 桃:もも 小春:こはる 千草:ちぐさ 若菜:わかな 澪:みお 雫:しずく 紬:つむぎ "
    "糸:いと 綾:あや 絹:きぬ 藍:あい 茜:あかね 蛍:ほたる 雛:ひな 凪:なぎ 灯:あかり 梢:こずえ 渚:なぎさ 繭:まゆ 雪:ゆき"
)
BOYS = _words(
    "樹:いつき 岳:がく 湊:みなと 蒼:あおい 陸:りく 海:かい 峰:みね 巌:いわお 颯:はやて 蓮:れん 隼:はやと 櫂:かい "
    "空:そら 森:しん 暁:あきら 光:ひかる 響:ひびき 洋:よう 星:せい 楠:なん 潮:うしお 岬:みさき 旭:あさひ 嵐:らん"
)
SECTIONS = (
    "つむぎ台",
    "まゆ玉町",
    "糸車町",
    "機織ケ丘",
    "藍染平",
    "桑の実野",
    "綾錦町",
    "糸巻台",
    "絹雲町",
    "真綿ケ原",
)
PLACES = ("中央図書館", "まゆ玉駅", "絹雲公民館", "糸車温泉", "藍染平公園", "綾錦病院", "つむぎ台の市場", "機織資料館")
CLINICS = ("まゆ玉こども医院", "糸車小児科", "藍染平診療所")
SCHOOLS = ("つむぎ小学校", "綾錦小学校")
TAXI_OPERATORS = ("きぬぐもタクシー", "あいぞめ交通")
SHOPS = ("糸車商店", "桑の実書店", "まゆ玉青果")
FACILITIES = ("絹の博物館", "機織美術館", "市民プール")
DUTY_FACILITIES = ("絹雲内科医院", "糸巻台こどもクリニック", "綾錦病院", "桑の実野整形外科", "真綿ケ原耳鼻科")
DEPARTMENTS = ("内科;小児科", "小児科", "内科;外科", "整形外科", "耳鼻咽喉科")


class City(NamedTuple):
    """A municipality by its code of JIS X 0402 with check digit."""

    code: str
    name: str
    name_kana: str
    prefecture: str
    name_en: str


# Codes and names: list of local governments in github.com/code4fukui/localgovjp; check digits computed (modulus 11).
CITIES = (
    City("102016", "前橋市", "まえばしし", "群馬県", "Maebashi"),
    City("102067", "沼田市", "ぬまたし", "群馬県", "Numata"),
    City("102083", "渋川市", "しぶかわし", "群馬県", "Shibukawa"),
    City("102091", "藤岡市", "ふじおかし", "群馬県", "Fujioka"),
    City("102105", "富岡市", "とみおかし", "群馬県", "Tomioka"),
    City("072028", "会津若松市", "あいづわかまつし", "福島県", "Aizuwakamatsu"),
    City("222127", "焼津市", "やいづし", "静岡県", "Yaizu"),
    City("452025", "都城市", "みやこのじょうし", "宮崎県", "Miyakonojo"),
    City("122271", "浦安市", "うらやすし", "千葉県", "Urayasu"),
)


def city(code: str) -> City:
    """The municipality of a code; a made-up one for a code that is not in the list."""
    made_up = City(code, "つむぎ市", "つむぎし", "つむぎ県", "Tsumugi")
    return next((known for known in CITIES if known.code == code), made_up)
