//! What others say, in both languages: the system, and the crates that read containers. A foreign text has no translation; in
//! Chinese it stands in quotes behind what it is.

use std::io::{Error, ErrorKind};

/// An error of the system on a file or folder.
pub fn system(e: &Error) -> [String; 2] {
    let zh = match e.kind() {
        ErrorKind::NotFound => "不存在",
        ErrorKind::PermissionDenied => "没有权限",
        ErrorKind::AlreadyExists => "已存在",
        ErrorKind::IsADirectory => "是文件夹",
        ErrorKind::NotADirectory => "不是文件夹",
        ErrorKind::InvalidInput => "路径无效",
        ErrorKind::StorageFull => "磁盘已满",
        _ => return foreign(e),
    };
    [e.to_string(), zh.to_owned()]
}

/// A text of a crate that reads containers.
pub(crate) fn foreign(e: impl ToString) -> [String; 2] {
    let text = e.to_string();
    let zh = format!("原文“{text}”");
    [text, zh]
}
