//! What a fault does, and what holds for each kind of it.

use http::HeaderValue;
use neptune_text::DURATION_PATTERN;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::answer::{ErrorAnswer, FaultAnswer, GatewayAnswer};
use crate::error::{FaultError, duration};

/// How many bytes a padded body may have: 1 GiB.
pub const MOST_PADDING: u64 = 1024 * 1024 * 1024;

/// What a fault does. It is the one type of it, from the file to the socket.
///
/// [`Effect::traits`] says what holds for each kind, and `neptune-sim`'s HTTP interface of Neptune carries it out.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Effect {
    /// The answer is right, and comes late: goes with `after`.
    Delay,
    /// Neptune's answer is an error, in its envelope. The request is not executed.
    Error(ErrorAnswer),
    /// A gateway on the way answers with an error of its own. The request is not executed.
    Gateway(GatewayAnswer),
    /// This very answer, whatever was asked. The request is not executed.
    Answer(FaultAnswer),
    /// The connection is closed before anything is answered. The request is not executed.
    HangUp,
    /// The connection is reset (RST) before anything is answered. The request is not executed.
    Reset,
    /// The connection stays open, and nothing is ever answered. The request is not executed.
    BlackHole,
    /// Something that is not HTTP comes back, and over TLS something that is not TLS. The request is not executed.
    NotHttp,
    /// The instance behind the endpoint has become a read replica: starts and cancels are refused as a replica does. Other requests
    /// are answered as usual.
    ReadOnly,
    /// The request is executed, and the connection reset instead of an answer.
    LostAnswer,
    /// The right answer breaks off within its body: the connection is closed.
    CutBody,
    /// The right answer breaks off within its body: the connection is reset.
    ResetBody,
    /// The head and half of the body come at once, and the rest after so long: `slow_body: 5s`.
    SlowBody(#[schemars(extend("pattern" = DURATION_PATTERN, "examples" = ["5s"]))] String),
    /// The answer has the right head and a body of random bytes that is neither JSON nor UTF-8.
    Garbage,
    /// The right answer under another content type: `content_type: text/html`.
    ContentType(String),
    /// The right answer with something wrong about its shape. Answers without that part stay as they are.
    Shape(Shape),
    /// The right answer in a body of at least this number of bytes: white space is added to the JSON. At most 1 GiB.
    Padded(#[schemars(range(max = 1_073_741_824))] u64),
    /// Connections are refused while it lasts. Only `from` and `until` say when.
    Refuse,
    /// Connections are neither accepted nor refused while it lasts, as behind a firewall that drops packets. Only `from` and `until` say
    /// when.
    Unreachable,
    /// The instance restarts: connections are refused while it lasts, and two quirks decide what happens to started loads. Only `from`
    /// and `until` say when.
    Restart,
    /// While it lasts, the TLS handshake of new connections has this trouble. Only `from` and `until` say when.
    Tls(TlsTrouble),
}

/// The properties of a kind of fault, whatever its values are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EffectTraits {
    /// What it acts on.
    pub reach: Reach,
    /// Which part of an answer arrives at the client.
    pub arrives: Arrives,
    /// Whether the connection ends with a reset (RST).
    pub resets: bool,
    /// Whether it holds text that a user chose, which a recording must redact.
    pub has_text: bool,
}

/// What a fault acts on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// The whole port, while the fault lasts.
    Port(PortFaults),
    /// A request, which is not executed.
    InsteadOfRequest,
    /// A start or a cancel, which a read replica refuses. Other requests pass.
    Replica,
    /// The answer to a request, which is executed.
    Answer,
}

/// Which part of an answer arrives at the client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arrives {
    /// Neptune's own answer, whole.
    Right,
    /// Neptune's answer, changed so that it says something else.
    Changed,
    /// Another answer.
    Other,
    /// No answer, or one that breaks off.
    Nothing,
}

/// What faults do to a port. The default: nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PortFaults {
    /// Connections are refused.
    pub refuses: bool,
    /// Connections are neither accepted nor refused.
    pub is_unreachable: bool,
    /// TLS handshakes have this trouble.
    pub tls: Option<TlsTrouble>,
}

impl PortFaults {
    const NONE: Self = Self { refuses: false, is_unreachable: false, tls: None };

    /// Whether requests come through.
    pub fn lets_requests_in(self) -> bool {
        self == Self::NONE
    }

    /// Both at once; of two kinds of trouble with TLS, the first holds.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self {
            refuses: self.refuses || other.refuses,
            is_unreachable: self.is_unreachable || other.is_unreachable,
            tls: self.tls.or(other.tls),
        }
    }
}

impl EffectTraits {
    const fn new(reach: Reach, arrives: Arrives) -> Self {
        Self { reach, arrives, resets: false, has_text: false }
    }

    const fn of_port(port: PortFaults) -> Self {
        Self::new(Reach::Port(port), Arrives::Nothing)
    }

    const fn resetting(self) -> Self {
        Self { resets: true, ..self }
    }

    const fn with_text(self) -> Self {
        Self { has_text: true, ..self }
    }
}

impl Effect {
    /// What holds for this kind of fault: one row for each.
    pub const fn traits(&self) -> EffectTraits {
        use Arrives::{Changed, Nothing, Other, Right};
        use Reach::{Answer, InsteadOfRequest, Replica};
        match self {
            Self::Delay | Self::SlowBody(_) | Self::Padded(_) => EffectTraits::new(Answer, Right),
            Self::Error(_) | Self::Answer(_) => EffectTraits::new(InsteadOfRequest, Other).with_text(),
            Self::Gateway(_) => EffectTraits::new(InsteadOfRequest, Other),
            Self::HangUp | Self::BlackHole | Self::NotHttp => EffectTraits::new(InsteadOfRequest, Nothing),
            Self::Reset => EffectTraits::new(InsteadOfRequest, Nothing).resetting(),
            Self::ReadOnly => EffectTraits::new(Replica, Right),
            Self::LostAnswer | Self::ResetBody => EffectTraits::new(Answer, Nothing).resetting(),
            Self::CutBody => EffectTraits::new(Answer, Nothing),
            Self::Garbage | Self::Shape(_) => EffectTraits::new(Answer, Changed),
            Self::ContentType(_) => EffectTraits::new(Answer, Changed).with_text(),
            Self::Refuse | Self::Restart => EffectTraits::of_port(PortFaults { refuses: true, ..PortFaults::NONE }),
            Self::Unreachable => EffectTraits::of_port(PortFaults { is_unreachable: true, ..PortFaults::NONE }),
            Self::Tls(trouble) => EffectTraits::of_port(PortFaults { tls: Some(*trouble), ..PortFaults::NONE }),
        }
    }

    /// What it does to the port; `None` if it acts on requests.
    pub const fn port(&self) -> Option<PortFaults> {
        match self.traits().reach {
            Reach::Port(port) => Some(port),
            Reach::InsteadOfRequest | Reach::Replica | Reach::Answer => None,
        }
    }

    /// The part of it that works only for a client that is connected to the simulator itself. A port forwarder accepts every connection,
    /// and however a connection ends behind it, the client sees an orderly close.
    pub(crate) fn beyond_forwarders(&self) -> Option<&'static str> {
        match self.port() {
            Some(PortFaults { refuses: true, .. }) => Some("refuses connections"),
            Some(PortFaults { is_unreachable: true, .. }) => Some("lets no client connect"),
            Some(_) => None,
            None => self.traits().resets.then_some("resets connections"),
        }
    }

    /// What is impossible about its values.
    pub(crate) fn errors(&self) -> Vec<FaultError> {
        match self {
            Self::Error(error) => error.check().err().into_iter().collect(),
            Self::Gateway(gateway) => gateway.check().err().into_iter().collect(),
            Self::Answer(answer) => answer.errors(),
            Self::SlowBody(text) => duration(&["does", "slow_body"], Some(text)).err().into_iter().collect(),
            Self::ContentType(text) if HeaderValue::from_str(text).is_err() => {
                vec![FaultError::new(&["does", "content_type"], "this cannot stand in a header")]
            }
            Self::Padded(bytes) if *bytes > MOST_PADDING => {
                let message = format!("{bytes} is out of range: 0 to {MOST_PADDING}");
                vec![FaultError::new(&["does", "padded"], message)]
            }
            // Without values, or with some that are all possible.
            Self::ContentType(_)
            | Self::Padded(_)
            | Self::Shape(_)
            | Self::Tls(_)
            | Self::Delay
            | Self::HangUp
            | Self::Reset
            | Self::BlackHole
            | Self::NotHttp
            | Self::ReadOnly
            | Self::LostAnswer
            | Self::CutBody
            | Self::ResetBody
            | Self::Garbage
            | Self::Refuse
            | Self::Unreachable
            | Self::Restart => Vec::new(),
        }
    }
}

/// What is wrong about the shape of an answer that is otherwise right.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Shape {
    /// The list of loads instead of what was asked for, as for an empty id.
    List,
    /// `[]` instead of an object.
    Array,
    /// `null` instead of an object.
    Null,
    /// An object without any field.
    EmptyObject,
    /// No `status` of the envelope.
    NoStatus,
    /// No `payload`.
    NoPayload,
    /// `payload` is `null`.
    NullPayload,
    /// No `payload.overallStatus`.
    NoOverallStatus,
    /// `payload.overallStatus` is `null`.
    NullOverallStatus,
    /// No `payload.overallStatus.status`.
    NoLoadStatus,
    /// `payload.overallStatus.status` is `null`.
    NullLoadStatus,
    /// `payload.overallStatus.status` is a number.
    NumberLoadStatus,
}

/// Trouble in a TLS handshake. On a cluster that speaks plain HTTP, all of them come down to a handshake that fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum TlsTrouble {
    /// The certificate was valid until yesterday.
    Expired,
    /// The certificate is another host's.
    WrongName,
    /// The certificate was issued by a CA that no client knows.
    UnknownCa,
    /// The connection is closed when the client says hello.
    HangUp,
    /// Plain HTTP is answered.
    PlainHttp,
}
