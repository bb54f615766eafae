"""What exercises, questions, the progress page, the gallery and the glossary say around the lessons' own words."""

MANIFEST_UNKNOWN = "没有叫 {name!r} 的清单；现有：{known}"
