//! Codes of the readers and writers (letter F) with their wording in English and Chinese.
//!
//! `{item}` is what the message is about (a table, a statement), other names are values.

use fenggu_net::diagnostic::{Entry, Wording};
use fenggu_net::Severity;

macro_rules! entries {
    ($( $name:ident = $code:literal $severity:ident
        en: $et:literal, $ew:literal, $ef:literal;
        zh: $zt:literal, $zw:literal, $zf:literal; )+) => {
        $(
            #[doc = $et]
            pub static $name: Entry = Entry {
                code: $code,
                severity: Severity::$severity,
                en: Wording { title: $et, why: $ew, fix: $ef },
                zh: Wording { title: $zt, why: $zw, fix: $zf },
            };
        )+
        /// All codes of the readers and writers.
        pub static CATALOGUE: &[&Entry] = &[$(&$name),+];
    };
}

entries! {
    // The file as a whole.
    CANNOT_OPEN = "F0001" Error
        en: "{item} cannot be read: {value}", "there is nothing to work on.", "check the path, and your rights to read it; links must lead to a file.";
        zh: "无法读取 {item}：{value}", "没有可处理的内容。", "请检查路径和读取权限；链接须指向文件。";
    UTF16 = "F0002" Error
        en: "the file is encoded as {value}", "this reader takes UTF-8 only, so that every character has one meaning.",
            "convert a copy: iconv -f {value} -t UTF-8 {item} > copy.";
        zh: "文件编码为 {value}", "本程序只读取 UTF-8，以保证每个字符含义唯一。", "请转换副本：iconv -f {value} -t UTF-8 {item} > copy。";
    NOT_UTF8 = "F0003" Error
        en: "a name or number is not UTF-8; it looks like {value}", "names would come out garbled and could not be matched.",
            "convert a copy: iconv -f {value} -t UTF-8 {item} > copy.";
        zh: "名称或数字不是 UTF-8 编码，看起来是 {value}", "名称会变成乱码而无法匹配。", "请转换副本：iconv -f {value} -t UTF-8 {item} > copy。";
    NOT_UTF8_COMMENT = "F0004" Note
        en: "a comment is not UTF-8; it looks like {value}", "only comments are affected: every number was read.", "nothing need be done.";
        zh: "注释不是 UTF-8 编码，看起来是 {value}", "仅影响注释，所有数字均已读取。", "无需处理。";
    TOO_LARGE = "F0005" Error
        en: "the file has {value} bytes; this reader takes up to 4 GiB", "places in it could not be told.", "split it, or write it in the native format.";
        zh: "文件有 {value} 字节，本程序最多读取 4 GiB", "无法标出其中的位置。", "请拆分文件，或改用本程序的原生格式。";
    UNKNOWN_FORMAT = "F0006" Error
        en: "{item} is in no format this build knows", "its content is neither a MATPOWER case, a folder with network.toml, a PyPSA folder or netCDF, nor a unit commitment instance of PGLib, UnitCommitment.jl or RTS-GMLC.",
            "name the format with --format ({value}).";
        zh: "无法识别 {item} 的格式", "其内容既不是 MATPOWER 算例、含 network.toml 的文件夹，也不是 PyPSA 文件夹或 netCDF，或 PGLib、UnitCommitment.jl、RTS-GMLC 的机组组合算例。", "请用 --format 指明格式（{value}）。";
    OVER_LIMIT = "F0007" Error
        en: "{item} decodes to {found} bytes; {limit} are allowed", "it would not fit into the memory that was allowed.",
            "allow more with --max-memory (in Python max_memory=), four times the bytes to be decoded, or split the study.";
        zh: "{item} 解码后有 {found} 字节，允许 {limit} 字节", "超出所允许的内存。", "请放宽 --max-memory（Python 中为 max_memory=，须为解码字节数的四倍），或拆分研究。";
    ARCHIVE = "F0008" Error
        en: "{item} is compressed ({value})", "archives are not opened here: a small one may hold more than any memory.", "unpack a copy, and give what was in it.";
        zh: "{item} 是压缩文件（{value}）", "本程序不打开压缩文件：很小的压缩文件也可能展开到超出任何内存。", "请解压其副本，再给出其中的文件。";
    EMPTY_FILE = "F0009" Error
        en: "{item} is empty (0 bytes)", "there is nothing to read in it.", "get the file again; it was not written to the end, or not at all.";
        zh: "{item} 是空文件（0 字节）", "其中没有可读的内容。", "请重新获取文件；它没有写完，或根本没有写入。";
    LEADS_OUT = "F0010" Warning
        en: "{item} is a link to {value}, outside the folder", "the network depends on a file that does not travel with it, and that may be another one than you think.",
            "copy the file into the folder, if it is meant.";
        zh: "{item} 是指向文件夹之外 {value} 的链接", "网络依赖于一个不随文件夹移动的文件，它可能不是您以为的那一个。", "若确为所需，请将该文件复制到文件夹内。";
    OLD_LINES = "F0011" Error
        en: "{item} ends its lines with carriage returns alone", "all of it would be one line.", "convert a copy: tr '\\r' '\\n' < {item} > copy.";
        zh: "{item} 的行只以回车符（CR）结束", "整个文件会被当作一行。", "请转换副本：tr '\\r' '\\n' < {item} > copy。";
    SEPARATOR = "F0012" Error
        en: "the cells of {item} seem to be separated by {value}", "this reader takes commas: each line would be one cell.", "write the file with commas between cells and points in numbers.";
        zh: "{item} 的各格似乎以 {value} 分隔", "本程序只认逗号：每一行都会被当作一格。", "请以逗号分隔各格，以句点作小数点，重新写出文件。";
    MORE = "F0099" Error
        en: "{count} more findings like the ones above are not listed", "the list would be longer than anyone reads.",
            "correct those listed and read the file again.";
        zh: "另有 {count} 条类似问题未列出", "清单过长，无人会读完。", "请先更正已列出的问题，再重新读取。";

    // The text of a MATPOWER file.
    TRUNCATED = "F0101" Error
        en: "the file ends at line {last} inside {item}, which was opened at line {opened} (rows read: {rows})",
            "rows are missing, so the network is not the one you meant.", "get the file again; it was cut off in writing or copying.";
        zh: "文件在第 {last} 行结束时仍在 {item} 之内（第 {opened} 行打开，已读 {rows} 行）",
            "缺少若干行，网络不完整。", "请重新获取文件；它在写入或复制时被截断。";
    UNCLOSED = "F0102" Error
        en: "{item}, opened at line {opened}, is not closed before the next assignment", "it is not clear where its rows end.",
            "close it before this line.";
        zh: "第 {opened} 行打开的 {item} 在下一条赋值之前没有关闭", "不清楚其数据到哪里为止。", "请在本行之前写上 ]; 。";
    RAGGED_ROW = "F0103" Error
        en: "row {row} of {item} has {found} cells, the first row has {expected}", "the cells can no longer be matched to columns.",
            "give every row {expected} cells, 0 where a column does not matter; a decimal comma makes two cells of one number: write 200.5.";
        zh: "{item} 第 {row} 行有 {found} 个数，而首行有 {expected} 个", "数值无法与列对应。", "请使每行都有 {expected} 个数，无关的列填 0；小数写逗号会变成两个数：请写 200.5。";
    NOT_A_NUMBER = "F0104" Error
        en: "row {row}, cell {column} of {item} is not a number: {value}", "a table holds numbers only.", "write a number, Inf, -Inf or NaN.";
        zh: "{item} 第 {row} 行第 {column} 个不是数字：{value}", "数据表只能包含数字。", "请写数字、Inf、-Inf 或 NaN。";
    OVERFLOW = "F0105" Error
        en: "{value} is larger than any number this program can hold", "it would silently become infinite.", "write Inf if no limit is meant, otherwise correct it.";
        zh: "{value} 超出程序可表示的范围", "它会不声不响地变成无穷大。", "若表示无限制请写 Inf，否则请更正。";
    FULL_WIDTH = "F0106" Error
        en: "full-width or typographic characters: {value}", "only ASCII digits and signs have a meaning in this format.", "write {ascii} instead.";
        zh: "含全角或排版字符：{value}", "此格式只认 ASCII 数字与符号。", "请改写为 {ascii}。";
    EMPTY_CELL = "F0107" Error
        en: "row {row} of {item} has a comma with no number before it", "the cells behind it would move one column to the left.", "write the number, 0 if the column does not matter.";
        zh: "{item} 第 {row} 行的逗号之前没有数字", "其后的数会左移一列。", "请补上数字；该列无关则写 0。";
    UNTERMINATED_STRING = "F0108" Error
        en: "a quoted text is not closed on its line", "it is not clear where the text ends.", "close it with the same quote; write a quote inside a text twice.";
        zh: "引号中的文字在本行没有结束", "不清楚文字到哪里为止。", "请用相同的引号结束；文字中的引号写两次。";
    STRAY_BRACKET = "F0109" Error
        en: "a closing {value} was never opened", "brackets show where tables begin and end.", "remove it, or write the opening one.";
        zh: "多余的右括号 {value}", "括号标明数据表的起止。", "请删除它，或补上左括号。";
    STRAY_NUMBERS = "F0110" Error
        en: "numbers stand outside any table", "it is not clear which table they belong to.", "put them between name = [ and ];.";
        zh: "数字不在任何数据表中", "不清楚它们属于哪个表。", "请把它们写在 名称 = [ 与 ]; 之间。";
    ASSIGNED_TWICE = "F0111" Warning
        en: "{item} is given a second time", "the later one counts, as in MATPOWER; the earlier one is not used.", "remove the one that is not meant.";
        zh: "{item} 被重复赋值", "与 MATPOWER 一致，以后者为准，前者不起作用。", "请删除不需要的那一个。";
    UNCLOSED_COMMENT = "F0112" Error
        en: "a block comment {value} is not closed", "everything behind it is comment.", "write {ascii} on a line of its own where the comment ends.";
        zh: "块注释 {value} 没有结束", "其后全部内容都成了注释。", "请在注释结束处单独一行写 {ascii} 。";

    // Statements that are not evaluated.
    KEYWORD = "F0120" Error
        en: "\"{value}\" is not read: {item}", "case files are data here; loops and branches are never executed.", "write the resulting numbers into the tables.";
        zh: "不支持“{value}”：{item}", "算例文件在此只是数据，循环与分支从不执行。", "请把计算结果直接写入数据表。";
    FUNCTION = "F0121" Error
        en: "the function {value} is not read: {item}", "only sin, cos, acos, sqrt and the column names of idx_bus, idx_gen, idx_brch, idx_cost are known; nothing is executed.",
            "write the resulting numbers into the tables.";
        zh: "不支持函数 {value}：{item}", "只认 sin、cos、acos、sqrt 以及 idx_bus、idx_gen、idx_brch、idx_cost 的列名；不执行任何程序。", "请把计算结果直接写入数据表。";
    UNKNOWN_NAME = "F0122" Error
        en: "{value} has no value here: {item}", "the statement cannot be evaluated without it.", "assign it before, or write the resulting numbers into the tables.";
        zh: "{value} 在此没有值：{item}", "缺少它就无法计算该语句。", "请先赋值，或把计算结果直接写入数据表。";
    SIGN = "F0123" Error
        en: "{value} was not expected here: {item}", "only + - * / ^, parentheses and whole columns are read.", "correct it, or write the resulting numbers into the tables.";
        zh: "此处不应出现 {value}：{item}", "只认 + - * / ^、括号和整列。", "请更正，或把计算结果直接写入数据表。";
    NOT_ASSIGNMENT = "F0124" Error
        en: "this statement is not read: {item}", "only assignments such as mpc.bus = [ ... ]; and unit conversions of whole columns are.", "write the resulting numbers into the tables.";
        zh: "不支持此语句：{item}", "只认 mpc.bus = [ ... ]; 之类的赋值以及整列的单位换算。", "请把计算结果直接写入数据表。";
    MATRIX_ALGEBRA = "F0125" Error
        en: "a matrix operation {value} is not read: {item}", "only elementwise arithmetic is.", "use .* or ./, or write the resulting numbers into the tables.";
        zh: "不支持矩阵运算 {value}：{item}", "只认逐元素运算。", "请使用 .* 或 ./，或把计算结果直接写入数据表。";
    SIZES = "F0126" Error
        en: "{left} cells meet {right}: {item}", "the two sides have different sizes.", "select the same rows and columns on both sides.";
        zh: "{left} 与 {right} 大小不符：{item}", "两边大小不同。", "请在两边选取相同的行与列。";
    NOT_ONE_NUMBER = "F0127" Error
        en: "a single number is needed here: {item}", "a list has no meaning in this place.", "write one number.";
        zh: "此处需要单个数字：{item}", "列表在此没有意义。", "请写一个数字。";
    INDEX = "F0128" Error
        en: "the index {value} is not one of 1 … {limit}: {item}", "the table has no such row or column.", "use an index that the table has.";
        zh: "下标 {value} 不在 1 … {limit} 之内：{item}", "数据表没有这样的行或列。", "请使用表中存在的下标。";
    WHOLE_TABLE = "F0129" Error
        en: "{value} is replaced by a computed table: {item}", "its cells would have no place in the file.", "write the table out.";
        zh: "{value} 被计算所得的表替换：{item}", "其数值在文件中将无处可查。", "请把该表完整写出。";
    TOO_MUCH = "F0130" Error
        en: "too much arithmetic: {item}", "unit conversions touch each cell a few times; this file would touch them hundreds of times.", "write the resulting numbers into the tables.";
        zh: "运算量过大：{item}", "单位换算只需触及每个数几次，此文件要触及数百次。", "请把计算结果直接写入数据表。";
    TOO_DEEP = "F0131" Error
        en: "brackets are nested too deeply: {item}", "no unit conversion needs that.", "write the resulting numbers into the tables.";
        zh: "括号嵌套过深：{item}", "单位换算不需要如此。", "请把计算结果直接写入数据表。";

    // What the tables of a MATPOWER file mean.
    MISSING_TABLE = "F0201" Error
        en: "{item} is missing", "a MATPOWER case needs baseMVA, bus, gen and branch.", "add it, or check that the right file was given.";
        zh: "缺少 {item}", "MATPOWER 算例必须有 baseMVA、bus、gen 和 branch。", "请补上，或确认文件是否正确。";
    TOO_FEW_COLUMNS = "F0202" Error
        en: "{item} has {found} columns and needs at least {expected}", "columns are known by their position only.", "write all columns up to {value}.";
        zh: "{item} 有 {found} 列，至少需要 {expected} 列", "列只按位置识别。", "请写全直到 {value} 的各列。";
    VERSION = "F0203" Error
        en: "mpc.version = {value} is not known", "this reader takes versions '1' and '2'.", "write the version that the columns follow.";
        zh: "未知的 mpc.version = {value}", "本程序读取版本 '1' 与 '2'。", "请写明各列所依据的版本。";
    UNKNOWN_BUS = "F0204" Error
        en: "{table} \"{component}\" is at bus {value}, which {item} does not have", "it hangs in the air.", "correct the number, or add the bus.";
        zh: "{table} “{component}”接于母线 {value}，但 {item} 中没有该母线", "该元件悬空。", "请更正编号，或补上该母线。";
    BUS_NUMBER = "F0205" Error
        en: "a bus has the number {value}", "bus numbers are positive whole numbers.", "give it a number of its own.";
        zh: "母线编号为 {value}", "母线编号必须是正整数。", "请给它单独的编号。";
    DUPLICATE_BUS = "F0206" Error
        en: "bus {component} is listed twice (rows {first} and {second} of {item})", "whatever stands at this number could mean either.", "give one of them another number.";
        zh: "母线 {component} 重复（{item} 第 {first} 行与第 {second} 行）", "接于该编号的元件无法区分二者。", "请为其中一个改号。";
    BUS_TYPE = "F0207" Error
        en: "bus {component} has type {value}", "types are 1 (PQ), 2 (PV), 3 (reference) and 4 (isolated).", "write one of them.";
        zh: "母线 {component} 的类型为 {value}", "类型只有 1(PQ)、2(PV)、3（参考）、4（孤立）。", "请写其中之一。";
    COST_MODEL = "F0208" Error
        en: "{table} \"{component}\" has cost model {value}", "models are 1 (piecewise linear) and 2 (polynomial).", "write one of them.";
        zh: "{table} “{component}”的费用模型为 {value}", "模型只有 1（分段线性）和 2（多项式）。", "请写其中之一。";
    COST_COUNT = "F0209" Error
        en: "{table} \"{component}\" announces {value} cost points or coefficients, but the row has room for {found}", "the cost is not fully given.", "correct the count or complete the row.";
        zh: "{table} “{component}”声明了 {value} 个费用点或系数，而该行只容得下 {found} 个", "费用不完整。", "请更正数目或补全该行。";
    COST_DEGREE = "F0210" Error
        en: "{table} \"{component}\" has a cost polynomial of degree {value}", "only linear and quadratic costs are carried, and a cost is never approximated silently.", "replace it by a quadratic or piecewise-linear cost.";
        zh: "{table} “{component}”的费用多项式为 {value} 次", "只支持一次和二次费用，程序不会私自近似。", "请改用二次或分段线性费用。";
    ROW_COUNT = "F0211" Error
        en: "{item} has {found} rows; {expected} are needed", "rows are matched by their order.", "write one row for each.";
        zh: "{item} 有 {found} 行，需要 {expected} 行", "各行按顺序对应。", "请逐一写出。";
    NAMES_NOT_UNIQUE = "F0213" Note
        en: "{item}: {count} names are used more than once", "those buses are shown with their number behind the name.", "nothing need be done.";
        zh: "{item}：有 {count} 个名称重复", "这些母线显示时在名称后附加编号。", "无需处理。";
    NOT_CARRIED = "F0214" Note
        en: "{item} is not used", "no analysis of this program needs it, and it is not written again.", "nothing need be done, unless you rely on it.";
        zh: "未使用 {item}", "本程序的分析用不到它，写出时也不会保留。", "若不依赖它则无需处理。";
    DC_GRID = "F0215" Error
        en: "{item} describes a DC grid", "leaving it out would change the network's flows.", "write its lines as mpc.dcline, or remove the table if it is meant to be left out.";
        zh: "{item} 描述直流电网", "忽略它会改变潮流。", "请将其线路写为 mpc.dcline；若确要忽略，请删除该表。";
    NOT_WHOLE = "F0216" Error
        en: "{table} \"{component}\": {field} = {value} is not a whole number", "it is a number that names something.", "write a whole number.";
        zh: "{table} “{component}”：{field} = {value} 不是整数", "它是编号。", "请写整数。";
    BRANCH_INDEX = "F0217" Error
        en: "interface \"{component}\" refers to branch {value}; mpc.branch has {count} rows", "its flow cannot be summed.", "use the row of a branch, negative to count it the other way.";
        zh: "断面“{component}”引用支路 {value}，而 mpc.branch 有 {count} 行", "无法求其潮流之和。", "请使用支路的行号，负号表示反向计入。";
    NO_LIMITS = "F0218" Warning
        en: "interface {value} has branches in mpc.if.map but no row in mpc.if.lims", "it limits nothing, as in MATPOWER.", "add its limits, or remove its branches.";
        zh: "断面 {value} 在 mpc.if.map 中有支路，但在 mpc.if.lims 中没有限值", "与 MATPOWER 一致，它不起限制作用。", "请补上限值，或删除其支路。";
    BASE_MVA = "F0219" Error
        en: "{item} is not a number", "no per-unit value has a meaning without it.", "write the system base in MVA, usually 100.";
        zh: "{item} 不是数字", "没有它，标幺值没有意义。", "请写出系统基准容量（MVA），通常为 100。";
    DC_COST = "F0220" Error
        en: "links \"{component}\" has a piecewise or constant cost", "links carry linear and quadratic costs only.", "write a polynomial of degree 1 or 2 without a constant.";
        zh: "链路“{component}”带有分段或常数费用", "链路只支持一次和二次费用。", "请写不含常数项的一次或二次多项式。";

    // What a MATPOWER file cannot hold.
    LEFT_OUT = "F0301" Warning
        en: "{count} rows of {item} are not written", "a MATPOWER case has no place for them, so the file is another network.", "write the native format to keep everything.";
        zh: "{item} 的 {count} 行未写出", "MATPOWER 算例无处存放，写出的文件已是另一个网络。", "请写原生格式以保留全部内容。";
    FIELD_LEFT_OUT = "F0302" Warning
        en: "{item} is not written (set in {count} rows)", "a MATPOWER case has no column for it.", "write the native format to keep everything.";
        zh: "{item} 未写出（有 {count} 行设置了它）", "MATPOWER 算例没有对应的列。", "请写原生格式以保留全部内容。";
    ONE_STEP = "F0303" Note
        en: "step {step} of {count} is written", "a MATPOWER case has no time.", "write the native format to keep all steps.";
        zh: "写出了 {count} 个时段中的第 {step} 个", "MATPOWER 算例没有时间维。", "请写原生格式以保留全部时段。";
    MERGED = "F0304" Note
        en: "{count} {item} share a bus with another and are written as one sum", "a MATPOWER bus has one load and one shunt.", "write the native format to keep them apart.";
        zh: "{count} 个 {item} 与其他元件同在一条母线，写出时合并", "MATPOWER 的母线只有一个负荷和一个并联补偿。", "请写原生格式以分别保留。";

    // The native format.
    MANIFEST_SYNTAX = "F0401" Error
        en: "network.toml is not TOML: {value}", "its keys cannot be told apart.", "correct the line.";
        zh: "network.toml 不符合 TOML 语法：{value}", "无法识别其中的键。", "请更正该行。";
    MANIFEST_KEY = "F0402" Error
        en: "network.toml has an unknown key {item}", "a misspelt key would otherwise be a silent default.", "use one of: {value}.";
        zh: "network.toml 含未知的键 {item}", "拼错的键会悄悄变成默认值。", "请使用：{value}。";
    MANIFEST_VALUE = "F0403" Error
        en: "{item} in network.toml is not {value}", "the network cannot be read without it.", "write {value}.";
        zh: "network.toml 中的 {item} 不是 {value}", "缺少它就无法读取网络。", "请写 {value}。";
    FORMAT_VERSION = "F0404" Error
        en: "network.toml has format = {value}; this build reads format 1", "the files may mean something else.", "use a newer build, or write the network again.";
        zh: "network.toml 的 format = {value}，本程序读取 format 1", "文件含义可能不同。", "请使用更新的程序，或重新写出网络。";
    UNKNOWN_COLUMN = "F0405" Error
        en: "{item} has an unknown column \"{value}\"", "a misspelt column would otherwise be a silent default.", "use one of: {ascii}.";
        zh: "{item} 含未知的列“{value}”", "拼错的列会悄悄变成默认值。", "请使用：{ascii}。";
    COLUMN_TWICE = "F0406" Error
        en: "{item} has the column \"{value}\" twice", "it is not clear which one counts.", "remove one.";
        zh: "{item} 中的列“{value}”重复", "不清楚以哪一列为准。", "请删除其一。";
    WRONG_VALUE = "F0407" Error
        en: "{table} \"{component}\": {field} = {value} is not {rule}", "the cell has no meaning in this column.", "write {rule}.";
        zh: "{table} “{component}”：{field} = {value} 不是 {rule}", "该值在此列中没有意义。", "请写 {rule}。";
    UNKNOWN_REFERENCE = "F0408" Error
        en: "{table} \"{component}\": {field} = \"{value}\" is not in {item}{guess}", "it hangs in the air.", "correct the name, or add a row to {item}.";
        zh: "{table} “{component}”：{field} = “{value}”不在 {item} 中{guess}", "该元件悬空。", "请更正名称，或在 {item} 中补上一行。";
    NO_NAME = "F0409" Error
        en: "row {row} of {item} has no name", "results and messages could not refer to it.", "give it a name of its own.";
        zh: "{item} 第 {row} 行没有名称", "结果和消息无法指明它。", "请为它命名。";
    CELL_COUNT = "F0410" Error
        en: "row {row} of {item} has {found} cells, the header has {expected}", "the cells cannot be matched to columns.", "give the row {expected} cells; quote a cell that contains a comma.";
        zh: "{item} 第 {row} 行有 {found} 格，而表头有 {expected} 格", "各格无法与列对应。", "请使该行有 {expected} 格；含逗号的格请加引号。";
    NO_SERIES = "F0411" Error
        en: "{table} \"{component}\": {field} refers to the series \"{value}\", which {item} does not have", "there is no value for any step.", "add the column, or write a number in the cell.";
        zh: "{table} “{component}”：{field} 引用序列“{value}”，但 {item} 中没有", "没有任何时段的值。", "请补上该列，或在格中写一个数字。";
    SERIES_LENGTH = "F0412" Error
        en: "{item} has {found} rows; the time axis has {expected} steps", "values and steps cannot be matched.", "give one row per step.";
        zh: "{item} 有 {found} 行，而时间轴有 {expected} 个时段", "数值与时段无法对应。", "请为每个时段写一行。";
    SERIES_VALUE = "F0413" Error
        en: "{item}, step {row}, column \"{component}\": {value} is not a number", "the step has no value.", "write a number.";
        zh: "{item} 第 {row} 时段“{component}”列：{value} 不是数字", "该时段没有值。", "请写数字。";
    SERIES_TIME = "F0414" Error
        en: "{item}, row {row}: {value}, where step {row} starts at {expected}", "the values would count in other steps.", "order the rows as the time axis has its steps.";
        zh: "{item} 第 {row} 行：{value}，而第 {row} 时段始于 {expected}", "数值会计入别的时段。", "请按时间轴的顺序排列各行。";
    BROKEN_PARQUET = "F0415" Error
        en: "{item} cannot be read as Parquet: {value}", "its series are missing.", "write the file again, with Snappy or no compression.";
        zh: "{item} 不能作为 Parquet 读取：{value}", "其中的序列缺失。", "请重新写出该文件，使用 Snappy 压缩或不压缩。";
    STRANGE_FILE = "F0416" Warning
        en: "{item} belongs to no table and is not read", "a misspelt file name would otherwise be an empty table.", "rename it to one of: {value}; or move it out of the folder.";
        zh: "{item} 不属于任何表，未读取", "拼错的文件名会被当作空表。", "请改名为：{value}；或移出此文件夹。";
    TIME_LABEL = "F0417" Error
        en: "{item} = {value} is not an instant such as 2024-12-10T00:00:00Z", "steps cannot be placed on the calendar.", "write UTC time with Z, or with an offset.";
        zh: "{item} = {value} 不是 2024-12-10T00:00:00Z 形式的时刻", "无法确定时段在日历上的位置。", "请写带 Z 或时差的时刻。";
    TOO_MANY_STEPS = "F0418" Error
        en: "{item} = {value} is not a whole number from 1 to {limit}", "the time axis would not fit into memory.", "correct it, or split the study.";
        zh: "{item} = {value} 不是 1 到 {limit} 之间的整数", "时间轴放不进内存。", "请更正，或拆分研究。";
    NAME_TWICE = "F0419" Warning
        en: "{table}: {count} names are used twice; references to them lead to the first", "the network written is not the one in memory.", "give them different names before writing.";
        zh: "{table}：有 {count} 个名称重复，引用将指向第一个", "写出的网络与内存中的不同。", "请在写出之前改名。";
    CARRIED_CELL = "F0420" Error
        en: "carried.csv: {value} is not {rule}", "what another format said would be lost on the way back.", "correct the line, or remove the file.";
        zh: "carried.csv:{value} 不是 {rule}", "写回时会丢失另一种格式的内容。", "请更正该行，或删除该文件。";

    // PyPSA networks.
    PYPSA_NO_BUSES = "F0501" Error
        en: "{item} has no buses", "there is no network without them.", "check that the right folder or file was given; a PyPSA folder has buses.csv.";
        zh: "{item} 中没有母线", "没有母线就没有网络。", "请确认文件夹或文件是否正确；PyPSA 文件夹中应有 buses.csv。";
    PYPSA_WRONG_VALUE = "F0502" Error
        en: "{item} \"{component}\": {attribute} = {value} is not {rule}", "the cell has no meaning in this column.", "write {rule}.";
        zh: "{item} “{component}”：{attribute} = {value} 不是 {rule}", "该值在此列中没有意义。", "请写 {rule}。";
    PYPSA_REFUSED = "F0503" Error
        en: "{item} \"{component}\" asks for {feature} ({value}), which this build cannot do", "{why}", "{fix}";
        zh: "{item} “{component}”要求 {feature}（{value}），本版本无法处理", "{why}", "{fix}";
    PYPSA_UNKNOWN_NAME = "F0504" Error
        en: "{item} \"{component}\": {attribute} = \"{value}\" is not among the {target}{guess}", "it hangs in the air.", "correct the name, or add it to the {target}.";
        zh: "{item} “{component}”：{attribute} = “{value}”不在 {target} 之中{guess}", "该元件悬空。", "请更正名称，或在 {target} 中补上。";
    PYPSA_SERIES_LENGTH = "F0505" Error
        en: "{item} has {found} rows; there are {expected} snapshots", "values and snapshots cannot be matched.", "give one row per snapshot.";
        zh: "{item} 有 {found} 行，而快照（snapshot）有 {expected} 个", "数值与快照无法对应。", "请为每个快照写一行。";
    PYPSA_STRAY_SERIES = "F0506" Warning
        en: "{item}: {count} columns belong to no component ({value})", "they count for nothing, as in PyPSA.", "correct their names, or remove them.";
        zh: "{item}：有 {count} 列不属于任何元件（{value}）", "与 PyPSA 一致，它们不起作用。", "请更正名称，或删除这些列。";
    PYPSA_STRANGE_FILE = "F0507" Warning
        en: "{item} is no part of a PyPSA folder and is not read", "a misspelt file name would otherwise be an empty table.", "rename it after one of: {value}; or move it out of the folder.";
        zh: "{item} 不属于 PyPSA 文件夹，未读取", "拼错的文件名会被当作空表。", "请改名为下列之一：{value}；或移出此文件夹。";
    PYPSA_OUTPUT = "F0508" Note
        en: "{count} results of an earlier run are not read ({value})", "results come from a run, not from a network file.", "nothing need be done.";
        zh: "未读取早先运行的 {count} 项结果（{value}）", "结果来自运行，而不是网络文件。", "无需处理。";
    PYPSA_KEPT = "F0509" Note
        en: "{item}: without meaning in a dispatch: {value}", "PyPSA's own optimisation does not use it either, or only with a feature that is not asked for.", "nothing need be done; it is written again to PyPSA files and to the native format.";
        zh: "{item}：{value} 在调度中没有意义", "PyPSA 自身的优化也不使用它，或仅在未启用的功能中使用。", "无需处理；写出 PyPSA 文件或原生格式时会保留。";
    PYPSA_SNAPSHOTS = "F0510" Error
        en: "{item}: {value}", "steps cannot be told apart or counted.", "write one row per snapshot, and a number for each weighting.";
        zh: "{item}ï¼{value}", "无法区分或计数时段。", "请为每个快照写一行，并为各权重写数字。";
    PYPSA_NO_CALENDAR = "F0511" Note
        en: "{item}: the snapshots are no rising times, so results have no calendar", "labels are kept and written again.", "nothing need be done.";
        zh: "{item}：快照不是递增的时间，结果没有日历", "标签会保留并再次写出。", "无需处理。";
    PYPSA_IMPEDANCE = "F0512" Error
        en: "{item} \"{component}\": {value}", "its impedance per unit cannot be told.", "correct the value.";
        zh: "{item} “{component}”:{value}", "无法确定其标幺阻抗。", "请更正该值。";
    PYPSA_LIMIT_EMPTY = "F0513" Warning
        en: "global constraint \"{component}\" counts nothing: {value}", "it has no effect, as in PyPSA.", "correct it, or remove it.";
        zh: "全局约束“{component}”没有计入任何对象：{value}", "与 PyPSA 一致，它不起作用。", "请更正或删除。";
    PYPSA_MIXED_CURRENT = "F0514" Warning
        en: "the buses joined with \"{component}\" have different carriers ({value})", "PyPSA takes the first bus's carrier for all of them; so it is done here.", "join AC and DC by links.";
        zh: "与“{component}”相连的母线载体不同（{value}）", "PyPSA 以第一条母线的载体为准，此处亦然。", "请用链路连接交流与直流。";
    PYPSA_COST = "F0515" Error
        en: "{item} \"{component}\": {value}", "its yearly cost cannot be told.", "give discount_rate and a positive lifetime beside overnight_cost, or capital_cost alone.";
        zh: "{item} “{component}”:{value}", "无法确定其年化费用。", "请在 overnight_cost 之外给出 discount_rate 和正的 lifetime，或只给 capital_cost。";
    PYPSA_GAP = "F0516" Error
        en: "{item}, snapshot {row}: \"{value}\" has no value", "the step has no value, and none is made up.", "write a number in every row of the column.";
        zh: "{item} 第 {row} 个快照：“{value}”没有值", "该时段没有值，程序不会编造。", "请在该列每一行写数字。";
    PYPSA_NO_EFFECT = "F0517" Warning
        en: "{item}: {value} varies in time, and PyPSA has it for a single number", "the series counts for nothing, as in PyPSA; it is written again.", "put the number into the table of the components.";
        zh: "{item}：{value} 被写成时间序列，而 PyPSA 只认单一数值", "与 PyPSA 一致，该序列不起作用；写出时会保留。", "请将数值写入元件表。";
    PYPSA_UNKNOWN_LIMIT = "F0518" Warning
        en: "global constraint \"{component}\" is of type {value}, which PyPSA's optimize does not know", "it has no effect there either, unless code of your own gives it one; it is written again.", "write it as a side constraint, or remove it.";
        zh: "全局约束“{component}”的类型为 {value}，PyPSA 的 optimize 不认识该类型", "除非另有自编代码，否则在 PyPSA 中也不起作用；写出时会保留。", "请写成附加约束，或删除。";
    PYPSA_DEFAULT = "F0519" Warning
        en: "{item}: \"{attribute}\" is empty in {value}, first for \"{component}\"", "PyPSA's default {default} is taken, as PyPSA does when it reads a file.", "write the numbers, unless the default is meant.";
        zh: "{item}：“{attribute}”有空单元格（{value}），首个为“{component}”", "与 PyPSA 读文件时一致，取其默认值 {default}。", "除非有意采用默认值，请填写数值。";
    NETCDF_BROKEN = "F0520" Error
        en: "{item} cannot be read as netCDF: {value}", "the file is damaged, cut off, or of another kind.", "write it again, or check that it was copied whole.";
        zh: "{item} 不能作为 netCDF 读取：{value}", "文件已损坏、被截断或属于其他类型。", "请重新写出，或确认其复制完整。";
    NETCDF_TOO_LARGE = "F0521" Error
        en: "{item}: {value} claims {found} bytes; at most {limit} are decoded", "it would not fit into memory, or the file is damaged.", "split the network, or write the file again.";
        zh: "{item}：{value} 声称有 {found} 字节，最多解码 {limit} 字节", "内存容纳不下，或文件已损坏。", "请拆分网络，或重新写出文件。";
    NETCDF_SHAPE = "F0522" Error
        en: "{item}: the variable {value} has the shape {found}, which {expected}", "its values cannot be matched to components and snapshots.", "write the file with PyPSA's export_to_netcdf.";
        zh: "{item}：变量 {value} 的形状为 {found}，{expected}", "其数值无法与元件和快照对应。", "请用 PyPSA 的 export_to_netcdf 写出。";

    // What PyPSA files cannot hold.
    PYPSA_LEFT_OUT = "F0601" Warning
        en: "{count} rows of {item} are not written", "PyPSA has no place for them, so the file is another network.", "write the native format to keep everything.";
        zh: "{item} 的 {count} 行未写出", "PyPSA 无处存放，写出的文件已是另一个网络。", "请写原生格式以保留全部内容。";
    PYPSA_FIELD_LEFT_OUT = "F0602" Warning
        en: "{item} is not written (set in {count} rows)", "PyPSA has no attribute for it.", "write the native format to keep everything.";
        zh: "{item} 未写出（有 {count} 行设置了它）", "PyPSA 没有对应的属性。", "请写原生格式以保留全部内容。";
    PYPSA_EXPRESSED = "F0603" Note
        en: "{count} rows of {item} are written as {value}", "PyPSA has no such thing; the optimum is the same.", "nothing need be done.";
        zh: "{item} 的 {count} 行写为 {value}", "PyPSA 没有这种元件；最优解不变。", "无需处理。";

    // JSON, and what packs it.
    GZIP_BROKEN = "F0701" Error
        en: "{item} cannot be unpacked: {value}", "the file is damaged or cut off.", "get it again, or unpack it with gunzip and read what comes out.";
        zh: "无法解压 {item}：{value}", "文件已损坏或被截断。", "请重新获取；或先用 gunzip 解压再读取。";
    JSON_TOKEN = "F0702" Error
        en: "{value} is no value of JSON", "JSON has numbers, \"text\", true, false, null, lists and objects; neither NaN nor Inf.", "write a number, or leave the key out where nothing is meant.";
        zh: "{value} 不是 JSON 的值", "JSON 只有数字、\"文字\"、true、false、null、列表和对象，没有 NaN 和 Inf。", "请写数字；若无此意，请删去该键。";
    JSON_EXPECTED = "F0703" Error
        en: "{rule} is expected here, not {value}", "lists and objects cannot be told apart any more.", "correct the line.";
        zh: "此处应为 {rule}，而不是 {value}", "无法再区分列表与对象。", "请更正该行。";
    JSON_TRUNCATED = "F0704" Error
        en: "the file ends at line {last} inside what was opened at line {opened} with {value}", "a part is missing, so the instance is not the one you meant.", "get the file again; it was cut off in writing or copying.";
        zh: "文件在第 {last} 行结束，而第 {opened} 行的 {value} 尚未关闭", "缺少一部分，算例不完整。", "请重新获取文件；它在写入或复制时被截断。";
    JSON_OVERFLOW = "F0705" Error
        en: "{value} is larger than any number this program can hold", "it would silently become infinite.", "correct it; leave a limit out where none is meant.";
        zh: "{value} 超出程序可表示的范围", "它会不声不响地变成无穷大。", "请更正；若表示无限制，请删去该键。";
    JSON_TEXT = "F0706" Error
        en: "a quoted text is wrong: {value}", "it is not clear which name is meant.", "close it on its line, and write \\\\ for a backslash.";
        zh: "引号中的文字有误：{value}", "不清楚指的是哪个名称。", "请在本行内关闭引号；反斜杠写作 \\\\ 。";
    JSON_DEPTH = "F0707" Error
        en: "lists and objects are nested deeper than {limit}", "no instance needs that; the file is damaged.", "get the file again.";
        zh: "列表与对象的嵌套超过 {limit} 层", "任何算例都不需要如此，文件已损坏。", "请重新获取文件。";
    JSON_KEY_TWICE = "F0708" Error
        en: "the key \"{value}\" stands twice in one object (first at line {first})", "programs differ in which one they take.", "remove the one that is not meant, or give it another name.";
        zh: "键“{value}”在同一对象中重复（首次在第 {first} 行）", "各程序取哪一个并不一致。", "请删除不需要的那一个，或改名。";
    JSON_BEHIND = "F0709" Error
        en: "{value} stands behind the end of the first value", "most programs refuse such a file.", "remove what follows, or check that two files were not joined.";
        zh: "第一个值结束之后还有 {value}", "多数程序会拒绝这样的文件。", "请删除其后内容，或确认没有误将两个文件合并。";

    // Instances of unit commitment.
    UC_KIND = "F0711" Error
        en: "{item}: {attribute} is {value}, not {rule}", "the value has no meaning there.", "write {rule}.";
        zh: "{item}：{attribute} 为 {value}，不是 {rule}", "该值在此没有意义。", "请写{rule}。";
    UC_MISSING = "F0712" Error
        en: "{item}: {attribute} is missing", "the format has no default for it.", "add it.";
        zh: "{item}：缺少 {attribute}", "该格式没有默认值。", "请补上。";
    UC_RANGE = "F0713" Error
        en: "{item}: {attribute} = {value} is not {rule}", "the value has no meaning there.", "write a value that is {rule}.";
        zh: "{item}：{attribute} = {value} 不满足 {rule}", "该值在此没有意义。", "请写满足 {rule} 的值。";
    UC_LENGTH = "F0714" Error
        en: "{item}: {attribute} has {found} values; there are {expected} steps", "values and steps cannot be matched.", "give one value per step.";
        zh: "{item}：{attribute} 有 {found} 个值，而时段有 {expected} 个", "数值与时段无法对应。", "请为每个时段给出一个值。";
    UC_UNKNOWN_KEY = "F0715" Warning
        en: "{item}: the key \"{value}\" is not known and counts for nothing{guess}", "a misspelt key would otherwise be a silent default.", "correct it, or remove it.";
        zh: "{item}：未知的键“{value}”不起作用{guess}", "拼错的键会悄悄变成默认值。", "请更正或删除。";
    UC_IGNORED = "F0716" Note
        en: "{item}: {value} counts for nothing ({count} times)", "the format's own program does not use it either.", "nothing need be done.";
        zh: "{item}：{value} 不起作用（{count} 处）", "该格式自身的程序也不使用它。", "无需处理。";
    UC_UNKNOWN_NAME = "F0717" Error
        en: "{item}: {attribute} = \"{value}\" is not among the {target}{guess}", "it hangs in the air.", "correct the name, or add it to the {target}.";
        zh: "{item}：{attribute} = “{value}”不在 {target} 之中{guess}", "引用落空。", "请更正名称，或在 {target} 中补上。";
    UC_TIERS = "F0718" Error
        en: "{item}: {attribute} does not rise ({value})", "it is not clear which tier a start pays.", "order the tiers by rising time off, each time once.";
        zh: "{item}：{attribute} 不是递增的（{value}）", "不清楚启动按哪一档付费。", "请按停机时间递增排列各档，每个时间只写一次。";
    UC_CURVE = "F0719" Error
        en: "{item}: {attribute}: {value}", "the cost of an output is not told.", "give points by rising output, from the lowest output to the highest.";
        zh: "{item}：{attribute}：{value}", "无法得知某出力的费用。", "请按出力递增给出各点，从最小出力到最大出力。";
    UC_INITIAL = "F0720" Error
        en: "{item}: the state before the first step is contradictory: {value}", "minimum times and ramps of the first steps depend on it.", "correct the status or the output.";
        zh: "{item}：初始状态自相矛盾：{value}", "首批时段的最短开停机时间与爬坡取决于它。", "请更正状态或出力。";
    UC_NO_INITIAL = "F0721" Warning
        en: "{count} units have no state before the first step; the first is {value}", "a commitment cannot be computed before one is given; the network itself can be read, checked and written.",
            "give Initial status (h) and Initial power (MW), or generate them first: least-cost output of the first step with every unit free.";
        zh: "有 {count} 台机组没有初始状态；首台为 {value}", "给出之前无法计算机组组合；网络本身可以读取、检查和写出。",
            "请给出 Initial status (h) 与 Initial power (MW)，或先行生成：令所有机组自由，取首时段的最小费用出力。";
    UC_REPAIRED = "F0722" Warning
        en: "{item}: {attribute} = {value} counts as {after}", "UnitCommitment.jl repairs it so when it reads the file ({rule}); the file is left as it is.", "write {after}, or correct the value.";
        zh: "{item}：{attribute} = {value} 按 {after} 计", "UnitCommitment.jl 读取时即如此修正（{rule}）；文件本身未改。", "请写 {after}，或更正该值。";
    UC_REFUSED = "F0723" Error
        en: "{item} asks for {value}, which this build cannot do", "{why}", "{fix}";
        zh: "{item} 要求 {value}，本版本无法处理", "{why}", "{fix}";
    UC_MIGRATED = "F0724" Note
        en: "the file is of version {value} of the format: {rule}", "it is read as UnitCommitment.jl migrates it.", "nothing need be done.";
        zh: "文件属于格式版本 {value}：{rule}", "按 UnitCommitment.jl 的迁移规则读取。", "无需处理。";
    UC_VERSION = "F0725" Error
        en: "Parameters: Version = {value} is not known", "this reader takes versions 0.2 to 0.4.", "write the version that the keys follow.";
        zh: "Parameters：未知的 Version = {value}", "本程序读取版本 0.2 至 0.4。", "请写明各键所依据的版本。";
    UC_TIME = "F0726" Error
        en: "Parameters: {value}", "the number of steps cannot be told.", "give a horizon, and a step that divides 60 minutes and the horizon.";
        zh: "Parameters：{value}", "无法得知时段数。", "请给出时间范围，以及能整除 60 分钟和该范围的步长。";
    UC_HALF_USED = "F0727" Warning
        en: "{item}: only {value} counts ({count} more do not)", "UnitCommitment.jl reads the others and never uses them.", "write one contingency for each.";
        zh: "{item}：只计入 {value}（另有 {count} 个不计）", "UnitCommitment.jl 读取其余部分但从不使用。", "请为每个故障单独写一项。";
    UC_ISLANDS = "F0729" Error
        en: "the lines do not connect bus \"{component}\" with bus \"{value}\"", "UnitCommitment.jl balances all buses as one and divides by the matrix of the lines, which has no inverse then.", "add a line, or write the parts as instances of their own.";
        zh: "线路没有把母线“{component}”与母线“{value}”连通", "UnitCommitment.jl 将所有母线统一平衡，并需对线路矩阵求逆，此时该矩阵不可逆。", "请补上线路，或将各部分写成单独的算例。";
    UC_COPPER = "F0730" Note
        en: "the file has {count} buses and no lines: they balance as one", "so does UnitCommitment.jl; here lines without limits join them to \"{value}\".", "nothing need be done.";
        zh: "文件有 {count} 个母线而没有线路：按统一平衡处理", "与 UnitCommitment.jl 一致；此处以无限制的线路将它们连到“{value}”。", "无需处理。";
    UC_VOID = "F0731" Warning
        en: "{item} is of type {value} and requires nothing", "only UnitCommitment.jl's formulation WanHob2016 gives it a meaning; under the default one its quantities are free.", "make it Spinning, or remove it.";
        zh: "{item} 的类型为 {value}，不构成任何要求", "只有 UnitCommitment.jl 的“WanHob2016”建模赋予其含义；默认建模下其数量是自由的。", "请改为“Spinning”，或删除。";
    UC_LENGTH_OF = "F0732" Error
        en: "{item}: {attribute} has {found} values, {value} has {expected}", "the two cannot be matched.", "give one value in each for every tier.";
        zh: "{item}：{attribute} 有 {found} 个值，而 {value} 有 {expected} 个", "二者无法对应。", "请为每一档在两处各写一个值。";
    RTS_LEFT_OUT = "F0741" Note
        en: "{item}: not taken over: {value}", "concentrated sun, synchronous condensers, regulation and flexible ramping have no part in the commitment read from these tables.",
            "nothing need be done.";
        zh: "{item}：未采用 {value}", "光热、调相机、调频与灵活爬坡不参与由这些表格读出的机组组合。", "无需处理。";
    RTS_INITIAL = "F0742" Note
        en: "the tables do not say what units did before the first step: those that must stay on for {value} h or more count as on for 24 h at their lowest output, the others as off for 24 h",
            "minimum times and ramps of the first steps depend on it.", "give a file with the columns unit, on, hours, power_mw.";
        zh: "表格未给出初始状态：最短运行时间不少于 {value} 小时的机组视为已按最小出力运行 24 小时，其余视为已停机 24 小时",
            "首批时段的最短开停机时间与爬坡取决于它。", "请给出含 unit、on、hours、power_mw 列的文件。";
    RTS_NO_REAL_TIME = "F0743" Warning
        en: "{count} real-time files are not there: {value}", "their day-ahead series stand in, linear between the middles of hours.", "add the files, if the real ones matter.";
        zh: "缺少 {count} 个实时序列文件：{value}", "以日前序列代替，在各小时中点之间线性插值。", "若需真实数据，请补上这些文件。";
    UC_BEHIND = "F0728" Warning
        en: "{value} stands behind the end of the first value and is not read", "UnitCommitment.jl does not see it either.", "remove what follows.";
        zh: "第一个值结束之后的 {value} 未读取", "UnitCommitment.jl 也看不到它。", "请删除其后内容。";
}
