//! Fetches an image, and tells how far it is.

use crate::runtime::{Fetched, Progress};
use bollard::Docker as Client;
use bollard::errors::Error;
use bollard::models::CreateImageInfo;
use bollard::query_parameters::CreateImageOptions;
use futures_util::TryStreamExt;
use std::collections::HashMap;
use std::time::Duration;
use tokio::time::Instant;

/// A few times a second is enough for anybody, and few enough for the master's loop.
const BETWEEN: Duration = Duration::from_millis(300);

pub(super) async fn image(client: &Client, image: &str, progress: Progress) -> Result<(), Error> {
    let options = CreateImageOptions { from_image: Some(with_tag(image)), ..CreateImageOptions::default() };
    let (mut news, began) = (News::default(), Instant::now());
    let mut steps = client.create_image(Some(options), None, None);
    while let Some(step) = steps.try_next().await? {
        if let Some(fetched) = news.note(step, began.elapsed()) {
            progress(fetched);
        }
    }
    Ok(())
}

/// What is worth telling: that there is more, but not more often than [`BETWEEN`].
#[derive(Default)]
struct News {
    layers: Layers,
    told: Option<(Fetched, Duration)>,
}

impl News {
    fn note(&mut self, step: CreateImageInfo, now: Duration) -> Option<Fetched> {
        self.layers.note(step);
        let fetched = self.layers.fetched();
        let is_news = match self.told {
            Some((told, then)) => fetched != told && now.saturating_sub(then) >= BETWEEN,
            None => fetched.bytes > 0,
        };
        if !is_news {
            return None;
        }
        self.told = Some((fetched, now));
        Some(fetched)
    }
}

/// Without a tag the engine would fetch every tag there is.
fn with_tag(image: &str) -> String {
    let name = image.rsplit('/').next().unwrap_or(image);
    match name.contains([':', '@']) {
        true => image.to_owned(),
        false => format!("{image}:latest"),
    }
}

/// What the engine told of the layers of an image.
#[derive(Default)]
struct Layers(HashMap<String, Layer>);

/// Bytes.
#[derive(Default)]
struct Layer {
    fetched: i64,
    total: i64,
    /// Unpacking a large layer takes long after its last byte came.
    unpacked: i64,
}

impl Layers {
    fn note(&mut self, step: CreateImageInfo) {
        let (Some(id), Some(status)) = (step.id, step.status) else { return };
        let layer = self.0.entry(id).or_default();
        let detail = step.progress_detail.unwrap_or_default();
        // Some engines do not know the size of what they fetch, or count seconds while they unpack: that there is
        // more than before is what matters.
        match (status.as_str(), detail.current) {
            ("Downloading", Some(current)) => {
                layer.fetched = current;
                layer.total = detail.total.unwrap_or(layer.total);
            }
            ("Extracting", Some(current)) => layer.unpacked = current,
            ("Download complete", _) => layer.fetched = layer.fetched.max(layer.total),
            ("Pull complete", _) => {
                layer.fetched = layer.fetched.max(layer.total);
                layer.unpacked = layer.unpacked.max(layer.fetched);
            }
            _ => {}
        }
    }

    fn fetched(&self) -> Fetched {
        let sum = |part: fn(&Layer) -> i64| self.0.values().map(part).fold(0, i64::saturating_add);
        let (fetched, total) = (sum(|layer| layer.fetched), sum(|layer| layer.total));
        let percent = fetched.saturating_mul(100).checked_div(total).map(|percent| percent.clamp(0, 100));
        let bytes = fetched.saturating_add(sum(|layer| layer.unpacked));
        Fetched {
            percent: percent.and_then(|percent| u8::try_from(percent).ok()),
            bytes: u64::try_from(bytes).unwrap_or_default(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use bollard::models::ProgressDetail;

    fn step(id: &str, status: &str, detail: Option<(i64, Option<i64>)>) -> CreateImageInfo {
        let detail = detail.map(|(current, total)| ProgressDetail { current: Some(current), total });
        CreateImageInfo {
            id: Some(id.to_owned()),
            status: Some(status.to_owned()),
            progress_detail: detail,
            ..CreateImageInfo::default()
        }
    }

    /// Of a layer of known size.
    fn part(current: i64, total: i64) -> Option<(i64, Option<i64>)> {
        Some((current, Some(total)))
    }

    fn fetched(percent: Option<u8>, bytes: u64) -> Fetched {
        Fetched { percent, bytes }
    }

    #[test]
    fn percent_counts_bytes_over_all_layers_and_unpacking_counts_on_top() {
        let mut layers = Layers::default();
        assert_eq!(layers.fetched(), fetched(None, 0));
        layers.note(step("a", "Downloading", part(10, 100)));
        layers.note(step("b", "Downloading", part(90, 300)));
        assert_eq!(layers.fetched(), fetched(Some(25), 100));
        layers.note(step("b", "Download complete", None));
        layers.note(step("b", "Extracting", part(150, 300)));
        assert_eq!(layers.fetched(), fetched(Some(77), 460));
        layers.note(step("a", "Pull complete", None));
        layers.note(step("b", "Pull complete", None));
        assert_eq!(layers.fetched(), fetched(Some(100), 800));
    }

    #[test]
    fn a_layer_of_unknown_size_counts_too() {
        let mut layers = Layers::default();
        layers.note(step("a", "Downloading", Some((10, None))));
        assert_eq!(layers.fetched(), fetched(None, 10));
        layers.note(step("a", "Download complete", None));
        layers.note(step("a", "Extracting", Some((3, None))));
        assert_eq!(layers.fetched(), fetched(None, 13));
        layers.note(step("a", "Pull complete", None));
        assert_eq!(layers.fetched(), fetched(None, 20));
    }

    /// What an engine said in a second of a real pull, a step every fifty milliseconds, and what of it is told.
    #[test]
    fn of_many_steps_a_few_a_second_are_told() {
        let (small, large) = (6_002_087, 40_012_400);
        let steps = [
            step("latest", "Pulling from x", None),
            step("small", "Pulling fs layer", None),
            step("large", "Pulling fs layer", None),
            step("large", "Downloading", part(418_816, large)),
            step("small", "Downloading", part(65_536, small)),
            step("large", "Downloading", part(2_065_536, large)),
            step("small", "Downloading", part(2_065_536, small)),
            step("large", "Downloading", part(4_131_072, large)),
            step("small", "Downloading", part(4_065_536, small)),
            step("large", "Downloading", part(6_196_608, large)),
            step("small", "Verifying Checksum", None),
            step("small", "Download complete", None),
            step("small", "Extracting", part(65_536, small)),
            step("large", "Downloading", part(8_294_912, large)),
            step("small", "Extracting", part(196_608, small)),
            step("small", "Extracting", part(small, small)),
            step("small", "Pull complete", None),
            step("large", "Downloading", part(38_065_536, large)),
            step("large", "Verifying Checksum", None),
            step("large", "Download complete", None),
            step("large", "Extracting", part(425_984, large)),
        ];
        let mut news = News::default();
        let told: Vec<(u64, Fetched)> = (0..)
            .zip(steps)
            .filter_map(|(n, step)| Some((n * 50, news.note(step, Duration::from_millis(n * 50))?)))
            .collect();
        let wanted = [
            (150, fetched(Some(1), 418_816)),
            (450, fetched(Some(22), 6_196_608 + 4_065_536)),
            (750, fetched(Some(31), 8_294_912 + 2 * 6_002_087)),
        ];
        assert_eq!(told, wanted);
    }

    #[test]
    fn a_pull_that_stands_still_is_no_news() {
        let mut news = News::default();
        let same = || step("a", "Downloading", part(10, 100));
        assert_eq!(news.note(same(), Duration::ZERO), Some(fetched(Some(10), 10)));
        assert_eq!(news.note(same(), BETWEEN * 9), None);
    }

    #[test]
    fn a_name_without_a_tag_means_the_latest() {
        assert_eq!(with_tag("busybox"), "busybox:latest");
        assert_eq!(with_tag("host:5000/a/busybox"), "host:5000/a/busybox:latest");
        assert_eq!(with_tag("busybox:1.36"), "busybox:1.36");
        assert_eq!(with_tag("busybox@sha256:00"), "busybox@sha256:00");
    }
}
