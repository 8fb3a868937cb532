"""A small content folder, written to real files."""

from collections.abc import Mapping
from pathlib import Path

SERVICE = """\
id: desk
name: {en: Desk check, zh: 办公桌检查}
standard: {name: ISO 9999, current: "2020", superseded: ["2010"]}
figures:
  - {id: term, value: 2, unit: year, reviewed_on: 2026-01-01, source: Page}
  - {id: launch, value: 2020-05-04, unit: date, reviewed_on: 2026-01-01, source: Page}
fee_factors:
  - {id: height, en: height, zh: 高度}
  - {id: width, en: width, zh: 宽度}
  - {id: colour, en: colour, zh: 颜色}
documents:
  - {id: photo, en: A photo, zh: 照片}
steps:
  - {id: look, en: Look, zh: 查看}
  - {id: sign, en: Sign, zh: 签字, optional: true}
"""

FAQ_EN = """\
- id: validity
  question: How long is the label valid?
  variants: [label expiry]
  answer: The label is valid for {{term}}.
  figures: [term]
  actions: [fee]
- id: fee
  question: What does a check cost?
  answer: The price depends on {{list:fee_factors}}.
"""

FAQ_ZH = """\
- id: validity
  question: 标签有效期多久？
  answer: 标签有效期为{{term}}。
  figures: [term]
  actions: [fee]
- id: fee
  question: 检查收费多少？
  answer: 价格取决于{{list:fee_factors}}。
"""

DECLINES_EN = """\
- id: parking
  question: Can I park a lorry?
  note: Nothing is known of lorries.
"""

DECLINES_ZH = """\
- id: parking
  question: 可以停卡车吗？
"""

GUIDE_EN = """\
---
id: guide
title: Guide
language: en
kind: process
reviewed_on: 2026-01-01
source: Page
---
## Steps {#steps}
Do this:
{{list:steps}}

## Launch {#launch}
Labels exist since {{launch}}.
"""

GUIDE_ZH = """\
---
id: guide
title: 指南
language: zh
kind: process
reviewed_on: 2026-01-01
source: Page
---
## 步骤 {#steps}
请这样做：
{{list:steps}}

## 推出 {#launch}
标签自{{launch}}起使用。
"""

SMALL: Mapping[str, str] = {
    "desk/service.yaml": SERVICE,
    "desk/faq.en.yaml": FAQ_EN,
    "desk/faq.zh.yaml": FAQ_ZH,
    "desk/declines.en.yaml": DECLINES_EN,
    "desk/declines.zh.yaml": DECLINES_ZH,
    "desk/guide.en.md": GUIDE_EN,
    "desk/guide.zh.md": GUIDE_ZH,
}


def write(folder: Path, files: Mapping[str, str | bytes]) -> Path:
    """Write files by their path under `folder`, which is returned."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return folder
