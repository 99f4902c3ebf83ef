//! Stub.
pub mod scenario;
mod duration {
    use std::time::Duration;
    pub(crate) fn parse_duration(text: &str) -> Result<Duration, String> {
        let n: String = text.chars().take_while(char::is_ascii_digit).collect();
        let unit = &text[n.len()..];
        let n: u64 = n.parse().map_err(|_| format!("`{text}` is no duration"))?;
        Ok(match unit {
            "ms" => Duration::from_millis(n),
            "s" => Duration::from_secs(n),
            "m" => Duration::from_secs(60 * n),
            "h" => Duration::from_secs(3600 * n),
            "d" => Duration::from_secs(86400 * n),
            _ => return Err(format!("`{text}` is no duration")),
        })
    }
}
/// a
#[derive(Clone, Debug, Default, PartialEq, serde::Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Availability {
    /// a
    #[default]
    Available,
    /// r
    Refused,
    /// s
    Silent,
    /// x
    Answers(CannedAnswer),
}
/// c
#[derive(Clone, Debug, PartialEq, serde::Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CannedAnswer {
    http: u16,
    code: Option<String>,
    message: Option<String>,
    body: Option<serde_json::Value>,
}
#[derive(Clone, Copy, Debug)]
pub enum ClockKind {
    Manual,
}
#[derive(Clone, Debug)]
pub struct ClusterSpec {
    pub name: String,
    pub clock: ClockKind,
    pub settings: neptune_engine::Settings,
    pub scripts: Vec<(neptune_wire::LoadId, neptune_engine::Script)>,
    pub availability: Availability,
}
