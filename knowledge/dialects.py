"""Words of Chinese dialects, and of Taiwan and Hong Kong, as standard Mandarin has them.

What an embedder has learned of Chinese is Mandarin in simplified characters; a question in Cantonese or with Traditional
characters lies beside its meaning. Word for word is enough for that.
"""

import re

from knowledge.language import simplified

_HAN = re.compile(r"[㐀-鿿]")
_CANTONESE = """
好多钱=多少钱 几钱=多少钱 几多=多少 几耐=多久 几时=什么时候 边个=谁 边间=哪家 边度=哪里 边一=哪一 边日=哪天
点样=怎样 点解=为什么 乜嘢=什么 做乜=做什么 乜=什么 咩=什么
得唔得=行不行 使唔使=要不要 系咪=是不是 定系=还是 即系=就是 唔系=不是 唔使=不用 唔好=不要 唔得=不行 唔该=麻烦
唔=不 冇=没有 我哋=我们 你哋=你们 佢哋=他们 佢=他 而家=现在 依家=现在 听日=明天 琴日=昨天 呢个=这个 呢样=这样
呢张=这张 嗰=那 咁样=这样 咁=那 同埋=还有 仲有=还有 仲=还 细公司=小公司 老细=老板 平啲=便宜些 啲=些 攞=拿 搵=找
睇=看 畀=给 俾=给 嚟=来 喺=在 嘅=的 㗎=的 噶=的 咗=了 喇=了 嘢=东西 倾下=谈一下 倾偈=聊天 啱晒=对了 啱啱=刚刚
啱=对 搞掂=搞定 搞得掂=搞定 多谢晒=多谢 多謝晒=多谢 係咪=是不是 定係=还是 即係=就是 唔係=不是 係=是 头先=刚才
倾过=谈过 得闲=有空 俾我=给我 邊日=哪天 做落嚟=做下来 成个=整个 著數=好处
"""
_WU = """
阿拉=我们 侬=你 伊拉=他们 物事=东西 哪能=怎么 价钿=价钱 几钿=多少钱 啥体=为什么 迭个=这个 格个=这个 勿要=不要
勿会=不会 勿是=不是 勿好=不好 勿晓得=不知道
"""
_SOUTHWEST = """
啥子=什么 咋个=怎么 啷个=怎么 晓得=知道 莫得=没有 恁个=这么 巴适=很好 喊个=叫个 好久才=多久才 要好久=要多久
一哈哈=一下 一哈=一下 摆龙门阵=聊天 摆谈=聊 遭别个=被别人 别个=别人
"""
_NORTH = """
咋整=怎么办 咋地=怎么样 咋=怎么 嘎哈=干什么 啥=什么 多咱=什么时候 俺们=我们 俺=我 咱们=我们 咱=我们 整完=弄完
整好=弄好 整明白=弄明白 唠嗑=聊天 信儿=消息 甭=不用 得嘞=好的 中不中=行不行
"""
_TAIWAN = """
驗證=认证 稽核=审核 證照=证书 資訊=信息 軟體=软件 網路=网络 伺服器=服务器 專案=项目 程式=程序 品質=质量
委外=外包 送件=提交申请 電郵=邮箱 信箱=邮箱 聯絡=联系 掰掰=拜拜
"""
_WORDS = dict(pair.split("=") for pair in "".join((_CANTONESE, _WU, _SOUTHWEST, _NORTH, _TAIWAN)).split())
_A_LITTLE = (
    "(?<![快慢早晚宜多少大小近远高低好一有重贵轻难易零0-9两三四五六七八九十半])点"  # 便宜点算, 早点做, 九点整
)
_GUARDED = (
    (re.compile(f"{_A_LITTLE}算"), "怎么办"),
    (re.compile(f"{_A_LITTLE}做"), "怎么做"),
    (re.compile(f"{_A_LITTLE}整"), "怎么弄"),
    (re.compile(f"{_A_LITTLE}行"), "怎么走"),
    (re.compile("要得(?![到出起])"), "好的"),
    (re.compile(r"伐(?=[?？。,，!！~\s]|$)"), "吗"),
    (re.compile(r"[阿吖](?=\W*$)"), "啊"),  # mistyped
)
_AS_WRITTEN = {said: word for said, word in _WORDS.items() if simplified(said) != said}
"""What is another word in simplified characters: 驗證 is certification in Taiwan, 验证 is verification."""
_WRITTEN = re.compile("|".join(sorted(map(re.escape, _AS_WRITTEN), key=len, reverse=True)))
_SIDE = "(?<![那这旁两左右里外上下前后东西南北海河江湖路周头街桥门墙井山岸身手村城库店厂车])(?=边)"  # 冷库那边一个 asks nothing
_SAID = re.compile(
    "|".join(
        f"{_SIDE if said.startswith('边') else ''}{re.escape(said)}"
        for said in sorted(_WORDS.keys() - _AS_WRITTEN.keys(), key=len, reverse=True)
    )
)


def mandarin(text: str) -> str:
    """Words of dialects become Mandarin's; all else stays as it is written."""
    if not _HAN.search(text):
        return text
    text = _in_either_script(_WRITTEN.sub(lambda said: _AS_WRITTEN[said[0]], text))
    for pattern, word in _GUARDED:
        text = pattern.sub(word, text)
    return text


def _in_either_script(text: str) -> str:
    """With Mandarin's for the words that are said, in simplified or in Traditional characters."""
    folded = simplified(text)
    if len(folded) != len(text):  # so that a word's place is the same in both
        folded = text
    pieces, at = [], 0
    for said in _SAID.finditer(folded):
        pieces += [text[at : said.start()], _WORDS[said[0]]]
        at = said.end()
    return "".join([*pieces, text[at:]])


def standard(text: str) -> str:
    """As `mandarin`, in simplified characters."""
    return simplified(mandarin(text))
