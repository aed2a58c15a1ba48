//! Answers are compressed for who asks for it: a list of apps shrinks to a twentieth. Never events, which are to arrive
//! one by one.

use tower_http::CompressionLevel;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{And, NotForContentType, Predicate, SizeAbove};

/// Below, the head of an answer is most of it.
const BYTES_MIN: u16 = 1024;

/// The fastest level: the network is seldom what is waited for, and other requests need the processor as well.
pub(super) fn layer() -> CompressionLayer<And<SizeAbove, NotForContentType>> {
    let which = SizeAbove::new(BYTES_MIN).and(NotForContentType::SSE);
    CompressionLayer::new().quality(CompressionLevel::Fastest).compress_when(which)
}
