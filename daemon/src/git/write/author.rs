//! Who a commit of the daemon is by: whoever asked for it, or the daemon itself.

use super::WriteError;
use git2::Signature;

const DAEMON: (&str, &str) = ("shipd", "shipd@localhost");

/// Author and committer.
pub(super) struct By {
    pub(super) author: Signature<'static>,
    pub(super) committer: Signature<'static>,
}

impl By {
    pub(super) fn asked(author: Option<&str>) -> Result<Self, WriteError> {
        let committer = Signature::now(DAEMON.0, DAEMON.1)?;
        let author = match author {
            Some(author) => parse(author)?,
            None => committer.clone(),
        };
        Ok(Self { author, committer })
    }
}

/// `Name <mail>`, nothing else on the line.
fn parse(text: &str) -> Result<Signature<'static>, WriteError> {
    let bad = || WriteError::Author { author: text.to_owned() };
    let (name, rest) = text.split_once('<').ok_or_else(bad)?;
    let mail = rest.trim_end().strip_suffix('>').ok_or_else(bad)?;
    if text.chars().any(char::is_control) || name.trim().is_empty() {
        return Err(bad());
    }
    Signature::now(name.trim(), mail.trim()).map_err(|_| bad())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_author_is_a_name_and_a_mail() {
        let author = parse("Ada L. <ada@example.org>").unwrap();
        assert_eq!((author.name(), author.email()), (Ok("Ada L."), Ok("ada@example.org")));
        for bad in ["ada", "<ada@example.org>", "Ada <ada", "Ada <a>\nb", ""] {
            assert!(matches!(parse(bad), Err(WriteError::Author { .. })), "{bad}");
        }
    }
}
