//! The body of a git request as plain bytes: unzipped if the client zipped it, cut at the limit, given
//! up when nothing comes any more.

use axum::body::Body;
use bytes::Bytes;
use flate2::write::MultiGzDecoder;
use futures_util::stream::{BoxStream, Stream, StreamExt};
use std::io::{self, Write};
use std::time::Duration;

/// A client that sends nothing for so long is gone.
const SILENCE_MAX: Duration = Duration::from_secs(120);

/// The bytes of `body`, at most `bytes_max` of them after unzipping.
pub(super) fn plain(body: Body, zipped: bool, bytes_max: u64) -> BoxStream<'static, io::Result<Bytes>> {
    let chunks = patient(body);
    match zipped {
        true => limited(unzipped(chunks), bytes_max).boxed(),
        false => limited(chunks, bytes_max).boxed(),
    }
}

fn patient(body: Body) -> impl Stream<Item = io::Result<Bytes>> + Send {
    futures_util::stream::unfold(body.into_data_stream(), |mut body| async {
        match tokio::time::timeout(SILENCE_MAX, body.next()).await {
            Ok(chunk) => Some((chunk?.map_err(io::Error::other), body)),
            Err(silence) => Some((Err(silence.into()), body)),
        }
    })
}

fn unzipped(chunks: impl Stream<Item = io::Result<Bytes>> + Send) -> impl Stream<Item = io::Result<Bytes>> + Send {
    let mut decoder = MultiGzDecoder::new(Vec::new());
    chunks.map(move |chunk| {
        decoder.write_all(&chunk?)?;
        decoder.flush()?;
        Ok(std::mem::take(decoder.get_mut()).into())
    })
}

fn limited(
    chunks: impl Stream<Item = io::Result<Bytes>> + Send,
    bytes_max: u64,
) -> impl Stream<Item = io::Result<Bytes>> + Send {
    let mut left = bytes_max;
    chunks.map(move |chunk| {
        let chunk = chunk?;
        left = left
            .checked_sub(chunk.len() as u64)
            .ok_or_else(|| io::Error::new(io::ErrorKind::FileTooLarge, "the request is larger than allowed"))?;
        Ok(chunk)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::Compression;
    use flate2::write::GzEncoder;
    use futures_util::TryStreamExt;

    async fn read(body: impl Into<Body>, zipped: bool, bytes_max: u64) -> io::Result<Vec<u8>> {
        let chunks: Vec<Bytes> = plain(body.into(), zipped, bytes_max).try_collect().await?;
        Ok(chunks.concat())
    }

    fn zip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    #[tokio::test]
    async fn zipped_bodies_come_out_as_they_were() {
        let text = "want 1234\n".repeat(10_000);
        let zipped = zip(text.as_bytes());
        let pieces: Vec<io::Result<Bytes>> = zipped.chunks(7).map(|piece| Ok(Bytes::copy_from_slice(piece))).collect();
        let body = Body::from_stream(futures_util::stream::iter(pieces));
        assert_eq!(read(body, true, 1 << 20).await.unwrap(), text.as_bytes());
    }

    #[tokio::test]
    async fn the_limit_counts_what_was_unzipped() {
        let bomb = zip(&vec![0; 1 << 20]);
        let err = read(bomb, true, 1000).await.unwrap_err();
        assert_eq!(err.kind(), io::ErrorKind::FileTooLarge);
        assert_eq!(read("12345", false, 5).await.unwrap(), b"12345");
        assert!(read("123456", false, 5).await.is_err());
    }

    #[tokio::test]
    async fn broken_zip_is_an_error() {
        assert!(read("this is not gzip at all", true, 1000).await.is_err());
    }
}
