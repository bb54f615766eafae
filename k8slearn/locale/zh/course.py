"""What exercises, questions, the progress page, the gallery and the glossary say around the lessons' own words."""

# Lists of names in a sentence
SEPARATOR = "、"
NO_NAMES = "没有"

# An exercise or a question as plain text
CARD = "【{kind}】{text}"

# Manifests
MANIFEST_UNKNOWN = "没有叫 {name!r} 的清单；现有：{known}"

# A lesson's file, as its teacher wrote it
LESSON_FILE_ERROR = "{file} 第 {line} 行，{field}：{problem}"
LESSON_FILE_ROOT = "整个文件"
FILE_EMPTY = "文件是空的，至少要有 title。"
FILE_TAB = "缩进里有 Tab；YAML 的缩进只能用空格。"
FILE_NOT_YAML = (
    "这里不合 YAML 的写法（{found}）。冒号是不是写成了“：”，引号是不是没有配对？"
)
FIELD_MISSING = "缺少 {name}。"
FIELD_UNKNOWN = "不认识的一栏。这里可以写：{known}。"
FIELD_TWICE = "写了两次。"
WANTED_TEXT = "要写一段文字。"
WANTED_NUMBER = "要写一个从 0 开始的整数。"
WANTED_LIST = "要写成列表：每条一行，以“- ”开头。"
WANTED_MAPPING = "要写成“名字: 内容”，每行一个，冒号后面空一格。"
TOO_FEW = "至少要有 {least} 条，现在有 {count} 条。"
EXACTLY_ONE = "正好要有一条，现在有 {count} 条。"
PLACE_TOO_LARGE = (
    "正确的选项排不到第 {place} 位：错误的选项只有 {count} 个，最大写 {count}。"
)
BRACES = "花括号没有配对。要显示花括号本身，写两个。"
NOT_REFUSED = "refuse 里没有叫 {told!r} 的一句；现有：{known}。"
PYTHON_OR_KUBECTL = "python 和 kubectl 写且只写一个。"

# Exercises
EXERCISE = "练习"
EXERCISE_UNKNOWN = "没有叫 {key!r} 的练习；现有：{known}"
VARIANT_TITLE = "{title}（{student}的那一份）"
NOT_VARIED = "练习 {key} 每个学生都一样。按学生换过名字和数的有：{known}"
RIGHT = "✔ 对。"
NOT_YET = "✘ 还差一点。"
GONE = "要检查的东西找不到了：{error}。不要紧，把上面开始练习的那个单元格再运行一遍，就有一个新的集群。"
HINT = "提示 {number}/{count}：{text}"
NO_HINT_HELPS = (
    "要检查的东西已经没有了，提示帮不上忙：先把上面开始练习的那个单元格再运行一遍。"
)
NO_MORE_HINTS = "提示都给完了。实在想不出来，展开下面的“参考答案”看看。"
# Of an exercise that was drawn from a student's name.
NO_MORE_HINTS_OWN = "提示都给完了。实在想不出来，看看这一课的“参考答案”：做法一样，里面的名字和数要换成你这一份的。"
CHECK = "检查"
HINT_TITLE = "提示 {number}"
DO_IN_JUPYTERLAB = "在 JupyterLab 里运行这一课，做完 check() 会检查集群。"
ASK_FOR_HINT = "给点提示"
KUBECTL_ELSEWHERE = (
    "（kubectl 刚才连着别的集群，用它做的事没有做到这道练习里；现在连回来了）"
)

# The goal of an exercise beside what is there
GOAL_NOW = "现在"
GOAL = "目标（做对时的一种样子）"
GOAL_STILL = "图上还和目标不同："
GOAL_REACHED = "检查通过了。"
GOAL_UNSEEN = "图上已经和目标一样；检查还没通过，差的是图上看不出来的，看上面的回答。"
DIFFERENCE = "{nodes}：{told}"
MOST_NAMES = 4
NAMES_AND_MORE = "{names} 等 {count} 个 Node"
NODE_MISSING = "目标里有这个 Node，现在没有"
NODE_EXTRA = "目标里没有这个 Node"
NODE_CORDONED = "目标里标记为不可调度"
NODE_UNCORDONED = "目标里可以调度"
NODE_READY = "目标里这个 Node 是就绪的"
NODE_UNREADY = "目标里这个 Node 没有就绪"
POD_MISSING = "目标里有 {owner} 的 Pod，现在没有"
POD_EXTRA = "目标里没有 {owner} 的 Pod，现在有"
POD_FEWER = "{owner} 的 Pod 比目标里少"
POD_MORE = "{owner} 的 Pod 比目标里多"
POD_OTHER_IMAGE = "{owner} 的 Pod 用的镜像和目标里的不同"
POD_OTHER_PHASE = "{owner} 的 Pod 现在{doing}，目标里{wanted}"

# What a notebook stores where it would only show that nobody has done anything yet
CHECK_LATER = "（做完再检查）"
PROGRESS_LATER = "（在 JupyterLab 里运行这个单元格，就会看到你自己的进度）"

# Questions
QUESTION_UNKNOWN = "没有叫 {key!r} 的题目"
PREDICT = "预测"
QUIZ = "小测"
NOTED = "记下了：{letter}。先往下运行，看看集群怎么做，再回来对答案。"
KEYS_QUIZ = "按字母键或上下键选"
KEYS_PREDICT = "按字母键或上下键选，按 Enter 对答案"
REVEAL = "对答案"
WRONG = "✘ 不是。"
ANSWER_BELOW = "（在 JupyterLab 里运行这个单元格，就能在这里选；答案在下面的运行里）"
ANSWER = "（在 JupyterLab 里运行这个单元格，就能在这里选）答案：{letter}。{feedback}"
CHOOSE_ON_PAPER = (
    "先在心里选一个，再点开看回答；在 JupyterLab 里运行这个单元格，就能在这里选。"
)

# Earlier questions asked again
REVIEW = "复习"
REVIEW_QUESTION = "{number} {title}：{text}"
REVIEW_AGAIN = "（{days} 天后再问一次）"
REVIEW_DUE = (
    "今天要复习 {count} 道。每道只算第一次选的；选完可以再点别的选项，看它错在哪里。"
)
REVIEW_MORE = "先复习这 {count} 道，今天还剩 {left} 道：做完再运行一次 review()。每道只算第一次选的。"
REVIEW_NOTHING = "还没有可以复习的：先在课里答几道题，第二天再来。"
REVIEW_NEXT = "今天没有要复习的。下一次是 {day}（{days} 天后），{count} 道。"

# The progress page and the certificate
PROGRESS_TITLE = "我的进度"
ALL_LESSONS = "全部"
QUESTIONS = "题目"
COUNTS = "练习 {exercises}　题目 {questions}"
GUESSES = "实验室里的预测：猜对 {right} 次，共 {asked} 次。"
NEXT_EXERCISE = "下一步：{lesson}，练习“{title}”"
NEXT_QUESTIONS = "下一步：{lesson}，还有 {count} 道题目"
FINISHED = "都做完了。certificate() 列出检查过的每一件事。"
KEPT_IN = "记在 {path} 里。里面只有做对了哪些题，没有别的；想从头来，删掉它就行。"
NOT_KEPT = "现在不记进度：环境变量 K8SLEARN_PROGRESS 是空的。"
PUT_ASIDE = (
    "{path} 读不懂（坏了，或者是更新的版本写的），进度从头记起；"
    "原来的一个字节也没动，收在 {names} 里，不要了可以删掉。"
)
NOT_WRITTEN = (
    "有 {count} 条还没能写进 {path}（{why}），先记在这个 notebook 的内核里；"
    "下次做对一题时会一起写，在那以前请不要关掉内核。"
)
NOT_READABLE = "现在读不了 {path}（{why}），上面的进度可能不全；文件没有动。"
NAMES_SEPARATOR = "、"
CERTIFICATE = "学习记录：Kubernetes DaemonSet"
LAST_DAY = "最后一次记录：{day}"
CHECKED = "检查过的练习"
NONE_YET = "还没有。"
ANSWERED = "答过的题目"
STILL_MISSING = "还缺的"
NOTHING_MISSING = "什么也不缺：{exercises} 道练习、{questions} 道题目都做完了。"
NO_EXAM = (
    "这不是考试，没有人监考：练习可以重做，参考答案就在旁边，题目答错了可以再选。"
    "列出来的每一道练习，都由 check() 看过这台机器上那个模型集群的状态：它确实是要求的样子。"
    "除此以外，什么也不证明。"
)
LEFT_EXERCISES = "练习：{titles}"
LEFT_TITLE = "“{title}”"
LEFT_QUESTIONS = "题目：{count} 道"
LEFT_SEPARATOR = "；"
LESSON_AND = "{lesson}　{rest}"
CHECKED_EXERCISE = "{title}：{right}"
CHECKED_VARIANT = "{title}（变体 {codes}）：名字和数按学生换过，检查的规则相同。"

# The gallery
WHERE_PLACED = "在混合集群里：{nodes}（{total} 个 Node 里的 {count} 个）"
WITHOUT = "没有它：{without}"
TRIED = "试过：有它，{before}；没有它，{after}。"
TRIED_NODES = "试过：没有它，{changes}。"
MORE_NODES = "多了 {nodes}"
FEWER_NODES = "少了 {nodes}"
CHANGES_SEPARATOR = "，"
ADMITTED = "API server 收下"
REFUSED = "API server 不收（{error}）"
UPDATED = "换了镜像，{count} 个 Pod 自己换新了"
REACHED = "从集群外面连 {node}:{port}，通"
NOT_REACHED = "从集群外面连 {node}:{port}，不通"
QOS = "服务质量是 {qos}"
PRIORITY = "优先级是 {priority}"
MUTE_VERSION = "推一个起得来、却不做事的版本，{nodes} 台里有 {count} 台换上了它"
HANGS_RESTARTED = "程序卡死，kubelet 重启了容器"
HANGS_ON = "程序卡死，容器一直那样卡着"
LEAK_IN_CONTAINER = "程序漏内存，被杀的是它自己的容器，Node 没有事"
LEAK_ON_NODE = "程序漏内存，Node 的内存用光，开始驱逐 Pod"
FULL_PENDING = "CPU 分完了的 Node 上，Pod 一直 Pending"
FULL_PLACED = "CPU 分完了的 Node 上，照样放上去"
NO_NETWORK_RUNS = "Pod 网络还没接好的 Node 上，它运行起来了"
NO_NETWORK_WAITS = "Pod 网络还没接好的 Node 上，它启动不了"
PORT_KEPT = "另一个也要 Node 的 {port} 端口的 Pod，调度器不放过来"
PORT_TAKEN_TWICE = "另一个也要 Node 的 {port} 端口的 Pod，也放到了同一台"
ADDRESS_STAYS = "换一个 Pod，地址不变"
ADDRESS_CHANGES = "换一个 Pod，地址就变了"
UPDATE_TOOK = "{nodes} 台更新一遍用了 {seconds} 秒"
MAP_CORNER = "清单"
PIECE_UNKNOWN = "画廊里没有 {name!r}；现有：{known}"

# The glossary
GLOSSARY_COLUMNS = ("英文", "官方译名", "助记", "一句话", "在哪一课")
TERM = "{en}（{chinese}）：{says}  [{lessons}]"
TERM_WITHOUT_CHINESE = "{en}：{says}  [{lessons}]"
TERM_JOIN = "；"
AID = "助记：{aid}"
NO_TERM = "没有找到“{wanted}”。换一个说法，或者只写其中几个字。"
GROUP_UNKNOWN = "没有叫 {group!r} 的一组；现有：{known}"

# What happened, told line by line
NARRATION_LINE = "{time:6.1f} s  {sentence}"
NARRATION_MORE = "          ……后面还有 {count} 步"
NOTHING_HAPPENED = "什么也没发生"

# For teachers
ANSWER_BOOK = "答案册：{titles}"
BOOK_LESSON = "{number} {title}（题目 {questions} 道，练习 {exercises} 道）"
BOOK_GAP = "　"
BOOK_HINTS = "提示"
BOOK_RIGHT = "检查通过时"
BOOK_MISCONCEPTIONS = "认得出的误区"
BOOK_OTHERS = "别的拒绝"
MISCONCEPTION = "【误区】"

VARIANTS_TITLE = "{student}的变体"
VARIANT_ROW = "{code}  {key}  {title}：{words}"
VARIANT_WORD = "{word} → {instead}"

# The model's own code, changed on a copy
PIECE_ABSENT = "{name} 里没有这一段：{old}"
