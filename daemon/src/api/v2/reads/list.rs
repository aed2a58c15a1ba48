//! Lists of any length, written in pieces: a reader that is slow, or an answer that is long, takes no more memory than one
//! piece. Other requests get their turn between two of them.

use axum::body::{Body, Bytes};
use futures_util::{StreamExt, stream};
use serde::Serialize;
use std::convert::Infallible;
use std::mem;

/// Large enough that the cost of a piece does not count, small enough to be written in about a millisecond.
const PIECE: usize = 256 << 10;

/// What is being written, up to the end of the piece.
pub(super) struct Piece {
    bytes: Vec<u8>,
    /// Stands between this element and the one before.
    comma: bool,
}

/// Whether there is more to write after a piece.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Rest {
    More,
    None,
}

impl Piece {
    fn beginning_with(text: &str) -> Self {
        let mut piece = Self { bytes: Vec::new(), comma: false };
        piece.renew();
        piece.text(text);
        piece
    }

    /// One more element of the list.
    pub(super) fn element(&mut self, element: &impl Serialize) {
        self.next();
        self.value(element);
    }

    /// What is written next is one more element of the list.
    pub(super) fn next(&mut self) {
        if mem::replace(&mut self.comma, true) {
            self.bytes.push(b',');
        }
    }

    /// An object that is not at its end: another field may follow.
    pub(super) fn open_object(&mut self, object: &impl Serialize) {
        self.value(object);
        let end = self.bytes.pop();
        debug_assert_eq!(end, Some(b'}'), "only objects have fields");
    }

    /// By itself.
    pub(super) fn value(&mut self, value: &impl Serialize) {
        serde_json::to_writer(&mut self.bytes, value).expect("Marathon's shapes have string keys and write to memory");
    }

    pub(super) fn text(&mut self, text: &str) {
        self.bytes.extend_from_slice(text.as_bytes());
    }

    /// Time to stop: what comes next is for the next piece.
    pub(super) fn is_full(&self) -> bool {
        self.bytes.len() >= PIECE
    }

    fn take(&mut self) -> Bytes {
        let full = mem::take(&mut self.bytes);
        self.renew();
        full.into()
    }

    /// With room for the element that goes over the edge.
    fn renew(&mut self) {
        self.bytes.reserve(PIECE + PIECE / 4);
    }
}

/// `{"name":[..]}`. `fill` writes elements until the piece is full, and says whether some are left.
pub(super) fn object(name: &str, fill: impl FnMut(&mut Piece) -> Rest + Send + 'static) -> Body {
    between(&format!("{{\"{name}\":["), "]}", fill)
}

/// What `fill` writes, piece by piece, between the two texts. Of a single piece the length is told beforehand.
pub(super) fn between(
    begin: &str,
    end: &'static str,
    mut fill: impl FnMut(&mut Piece) -> Rest + Send + 'static,
) -> Body {
    let mut piece = Piece::beginning_with(begin);
    if fill(&mut piece) == Rest::None {
        piece.text(end);
        return Body::from(piece.bytes);
    }
    let first = piece.take();
    let others = stream::unfold(Some((piece, fill)), move |state| async move {
        let (mut piece, mut fill) = state?;
        tokio::task::yield_now().await;
        if fill(&mut piece) == Rest::None {
            piece.text(end);
            return Some((Bytes::from(piece.bytes), None));
        }
        Some((piece.take(), Some((piece, fill))))
    });
    // The layer that compresses asks on after the end.
    Body::from_stream(stream::iter([first]).chain(others).map(Ok::<Bytes, Infallible>).fuse())
}

#[cfg(test)]
mod tests {
    use super::*;
    use http_body_util::BodyExt;

    /// The numbers up to `last`, so many to a piece.
    fn numbers(last: u32) -> Body {
        let mut next = 0;
        object("n", move |piece| {
            while next < last {
                piece.element(&next);
                next += 1;
                if piece.is_full() {
                    return Rest::More;
                }
            }
            Rest::None
        })
    }

    #[tokio::test]
    async fn a_long_list_comes_in_pieces_and_is_whole() {
        let mut body = numbers(50_000);
        let (mut pieces, mut text) = (0, Vec::new());
        while let Some(frame) = body.frame().await {
            let data = frame.expect("nothing fails").into_data().expect("data");
            assert!(data.len() <= PIECE + PIECE / 4, "{}", data.len());
            text.extend_from_slice(&data);
            pieces += 1;
        }
        assert!(body.frame().await.is_none(), "who asks on after the end is told the same");
        let whole: serde_json::Value = serde_json::from_slice(&text).expect("JSON");
        assert_eq!(whole["n"].as_array().map(Vec::len), Some(50_000));
        assert_eq!(pieces, text.len().div_ceil(PIECE));
    }

    #[tokio::test]
    async fn a_short_one_knows_its_length() {
        for (last, text) in [(0, r#"{"n":[]}"#), (2, r#"{"n":[0,1]}"#)] {
            let body = numbers(last);
            assert_eq!(axum::body::HttpBody::size_hint(&body).exact(), u64::try_from(text.len()).ok());
            assert_eq!(body.collect().await.expect("nothing fails").to_bytes(), text);
        }
    }
}
