//! The one error type of the engine.

use fenggu_net::diagnostic::Lang;
use fenggu_net::Diagnostic;
use std::fmt;

/// Why a run could not be made. Endings of a solver (infeasible, a limit) are not errors but statuses.
#[derive(Debug)]
pub enum Error {
    /// The data has errors; all findings are inside, warnings too.
    Data(Vec<Diagnostic>),
    /// An option is out of range: name, value, rule.
    Option {
        /// Field of the options.
        name: &'static str,
        /// What was given.
        value: String,
        /// What is allowed.
        rule: String,
        /// The same in Chinese.
        rule_zh: String,
    },
    /// The model has more columns, rows or nonzeros than solvers count.
    TooLarge(String),
    /// A number of the model is not a number; the row is named.
    NotANumber(String),
    /// The DC network has no unique flows, so it has no PTDF form.
    SingularNetwork,
    /// A solver refused the problem.
    Solver(fenggu_opt::Error),
    /// A file or folder could not be read or written.
    File {
        /// Path as the user gave it.
        path: String,
        /// What happened.
        cause: String,
    },
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::Data(found) => {
                let errors = found.iter().filter(|d| d.severity == fenggu_net::Severity::Error);
                for d in errors.clone().take(20) {
                    write!(f, "{}", d.render(Lang::En))?;
                }
                write!(f, "{} errors in the data; nothing was solved.", errors.count())
            }
            Error::Option { name, value, rule, .. } => write!(f, "option {name} = {value} is not allowed: it must be {rule}."),
            Error::TooLarge(what) => write!(f, "the model is too large: {what}. Shorten the horizon or aggregate the network."),
            Error::NotANumber(row) => write!(f, "a coefficient of {row} is not a number. Run check on the network."),
            Error::SingularNetwork => {
                write!(f, "the DC network has no unique flows (susceptances cancel, or a branch has no impedance), so it has no PTDF form: use flow=angle.")
            }
            Error::Solver(e) => write!(f, "{e}"),
            Error::File { path, cause } => write!(f, "{path}: {cause}"),
        }
    }
}

impl std::error::Error for Error {}

impl Error {
    /// The message in a language.
    pub fn message(&self, lang: Lang) -> String {
        if lang == Lang::En {
            return self.to_string();
        }
        match self {
            Error::Data(found) => {
                let errors = found.iter().filter(|d| d.severity == fenggu_net::Severity::Error);
                let told: String = errors.clone().take(20).map(|d| d.render(Lang::Zh)).collect();
                format!("{told}数据有 {} 个错误，未作任何求解。", errors.count())
            }
            Error::Option { name, value, rule_zh, .. } => format!("不接受选项 {name} = {value}，须为：{rule_zh}。"),
            Error::TooLarge(what) => format!("模型过大（“{what}”）。请缩短时间范围，或将网络聚合。"),
            Error::NotANumber(row) => format!("{row} 有系数不是数字。请先用 check 检查网络。"),
            Error::SingularNetwork => "直流网络的潮流不唯一（电纳相互抵消），没有 PTDF 写法：请改用 flow=angle。".to_string(),
            Error::Solver(e) => format!("求解器拒绝了该问题（“{e}”）。"),
            Error::File { path, cause } => format!("{path}：“{cause}”"),
        }
    }
}

impl From<fenggu_opt::Error> for Error {
    fn from(e: fenggu_opt::Error) -> Self {
        Error::Solver(e)
    }
}
