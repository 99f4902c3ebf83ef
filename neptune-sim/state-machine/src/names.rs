//! What the names in a template stand for: pseudo parameters, parameters and resources.
//!
//! A resource stands for itself: `!GetAtt Check.Arn` becomes what [`crate::Definition`] takes for the function `Check`. A parameter is its
//! default.

use neptune_text::nearest;

use crate::tree::{Content, Fault, Node, text_of};

/// What stands for the account that a template is deployed to.
const PSEUDO: [(&str, &str); 6] = [
    ("AWS::AccountId", "123456789012"),
    ("AWS::Partition", "aws"),
    ("AWS::Region", "us-east-1"),
    ("AWS::StackId", "arn:aws:cloudformation:us-east-1:123456789012:stack/stack/11111111-2222-4333-8444-555555555555"),
    ("AWS::StackName", "stack"),
    ("AWS::URLSuffix", "amazonaws.com"),
];
/// The pseudo parameters that have no text.
const WITHOUT_TEXT: [&str; 2] = ["AWS::NoValue", "AWS::NotificationARNs"];
/// What transforms of AWS's own make no resources of other names of.
const PLAIN_TRANSFORMS: [&str; 3] = ["AWS::Serverless", "AWS::LanguageExtensions", "AWS::SecretsManager"];
/// How the names begin behind that of a function of SAM that SAM gives to what it makes of it.
const MADE_BY_SAM: [&str; 4] = ["Alias", "Role", "Url", "Version"];
const FUNCTIONS: [&str; 2] = ["AWS::Serverless::Function", "AWS::Lambda::Function"];
/// What has the ARN of a function, with a qualifier.
const QUALIFIED: [&str; 2] = ["AWS::Lambda::Alias", "AWS::Lambda::Version"];
const ATTRIBUTES: [&str; 2] = ["Arn", "SnapStartResponse"];

/// Signs around the name of a resource, until its definition is read. A user's own `${…}` is another thing: AWS leaves it as it stands.
const OPEN: char = '\u{f8fe}';
const CLOSE: char = '\u{f8ff}';

/// What stands for a resource, or for a value that is known only when the template is deployed.
pub(crate) fn resource(name: &str) -> String {
    format!("{OPEN}{name}{CLOSE}")
}

/// A text in which resources are written as substitutions of a definition.
pub(crate) fn with_resources(text: &str) -> String {
    text.replace(OPEN, "${").replace(CLOSE, "}")
}

/// Whether a text names resources.
pub(crate) fn has_resources(text: &str) -> bool {
    text.contains(OPEN)
}

/// The first resource, or value that is not known, that a text names.
pub(crate) fn first_resource(text: &str) -> Option<&str> {
    Some(text.split_once(OPEN)?.1.split_once(CLOSE)?.0)
}

/// The names of the template with this root.
#[derive(Clone, Copy)]
pub(crate) struct Names<'a>(pub(crate) &'a Node);

impl<'a> Names<'a> {
    /// What `${name}` stands for in a `Fn::Sub` on this line.
    ///
    /// # Errors
    /// There is nothing of this name, or it is no text.
    pub(crate) fn value(self, name: &str, line: usize) -> Result<String, Fault> {
        if name.contains('.') { self.attribute(name, line) } else { self.reference(name, line) }
    }

    /// What `Ref` gives.
    ///
    /// # Errors
    /// As of [`Self::value`].
    pub(crate) fn reference(self, name: &str, line: usize) -> Result<String, Fault> {
        if let Some((_, value)) = PSEUDO.into_iter().find(|(pseudo, _)| *pseudo == name) {
            return Ok(value.to_owned());
        }
        if WITHOUT_TEXT.contains(&name) {
            return Err(Fault::new(line, format!("`{name}` is no text, and here one is needed: leave it out")));
        }
        if name.starts_with("AWS::") {
            let known = PSEUDO.map(|(pseudo, _)| pseudo);
            let helps = did_you_mean(name, known).unwrap_or_else(|| format!("they are {}", known.join(", ")));
            return Err(Fault::new(line, format!("CloudFormation has no pseudo parameter `{name}`: {helps}")));
        }
        if let Some(parameter) = self.0.get("Parameters").and_then(|parameters| parameters.get(name)) {
            return Ok(default(parameter).unwrap_or_else(|| resource(name)));
        }
        match self.resource(name) {
            Some(node) if is_one_of(node, &FUNCTIONS) => Ok(if name.contains('.') { resource(name) } else { name.to_owned() }),
            Some(node) if is_one_of(node, &QUALIFIED) => Ok(self.qualified(node).unwrap_or_else(|| resource(name))),
            Some(_) => Ok(resource(name)),
            None => self.made(name).ok_or_else(|| self.unknown(name, line, true)),
        }
    }

    /// What `Fn::GetAtt` gives: `path` is `Check.Arn`.
    ///
    /// # Errors
    /// There is no resource of this name, or a function without such an attribute.
    pub(crate) fn attribute(self, path: &str, line: usize) -> Result<String, Fault> {
        let (name, attribute) = path.split_once('.').unwrap_or((path, ""));
        if attribute.is_empty() {
            return Err(Fault::new(
                line,
                format!("`Fn::GetAtt` needs the name of a resource and an attribute of it: `{name}.Arn`"),
            ));
        }
        match self.resource(name) {
            Some(node) if is_one_of(node, &FUNCTIONS) => {
                // SAM makes a version and an alias of each, which `Ref` names so.
                let first = attribute.split('.').next().unwrap_or(attribute);
                if ATTRIBUTES.contains(&first) || MADE_BY_SAM.contains(&first) {
                    return Ok(resource(path));
                }
                Err(Fault::new(
                    line,
                    format!("the function `{name}` has no attribute `{attribute}`: did you mean `{name}.Arn`?"),
                ))
            }
            Some(node) if is_one_of(node, &QUALIFIED) => Ok(self.qualified(node).unwrap_or_else(|| resource(path))),
            Some(_) => Ok(resource(path)),
            None if self.made(name).is_some() => Ok(resource(path)),
            None if self.0.get("Parameters").is_some_and(|parameters| parameters.get(name).is_some()) => {
                Err(Fault::new(line, format!("`{name}` is a parameter, which has no attributes: `Ref` gives its value")))
            }
            None => Err(self.unknown(name, line, false)),
        }
    }

    fn resource(self, name: &str) -> Option<&'a Node> {
        // SAM's `Check.Alias` and `Check.Version` belong to `Check`.
        let name = name.split('.').next().unwrap_or(name);
        self.0.get("Resources")?.get(name)
    }

    /// The function that an alias or a version belongs to.
    fn qualified(self, node: &Node) -> Option<String> {
        let (_, of) = node.get("Properties")?.get("FunctionName")?.function()?;
        let name = match &of.content {
            Content::List(path) => path.first()?.text()?,
            _ => of.text()?.split('.').next()?,
        };
        is_one_of(self.resource(name)?, &FUNCTIONS).then(|| resource(&format!("{name}.Arn")))
    }

    /// What a transform may have made: resources of names that are not in the template.
    fn made(self, name: &str) -> Option<String> {
        let transforms = self.transforms();
        let is_plain = |transform: &str| PLAIN_TRANSFORMS.iter().any(|plain| transform.starts_with(plain));
        let resources = self.0.get("Resources").map(Node::entries).unwrap_or_default();
        if !transforms.iter().all(|transform| is_plain(transform))
            || resources.iter().any(|entry| entry.key.starts_with("Fn::"))
        {
            return Some(resource(name));
        }
        if !transforms.iter().any(|transform| transform.starts_with("AWS::Serverless")) {
            return None;
        }
        let sam = resources.iter().filter(|entry| is_of_sam(&entry.value));
        let of = sam.filter_map(|entry| Some((entry, name.strip_prefix(entry.key.as_str())?)));
        of.filter(|(_, ending)| !ending.is_empty())
            .find_map(|(entry, ending)| {
                let events = entry.value.get("Properties").and_then(|properties| properties.get("Events"));
                let is_event = events.is_some_and(|events| events.entries().iter().any(|event| ending.starts_with(&event.key)));
                let is_function = ending.starts_with("Alias") || ending.starts_with("Version");
                match MADE_BY_SAM.iter().any(|made| ending.starts_with(made)) || is_event {
                    true if is_function => Some(resource(&format!("{}.Arn", entry.key))),
                    true => Some(resource(name)),
                    false => None,
                }
            })
            .or_else(|| name.starts_with("Serverless").then(|| resource(name)))
    }

    fn transforms(self) -> Vec<&'a str> {
        match self.0.get("Transform").map(|transform| &transform.content) {
            // One with parameters may be a macro of any kind.
            Some(Content::List(nodes)) => nodes.iter().map(|node| node.text().unwrap_or("a macro")).collect(),
            Some(Content::Text(name)) => vec![name],
            Some(_) => vec!["a macro"],
            None => Vec::new(),
        }
    }

    fn unknown(self, name: &str, line: usize, takes_parameters: bool) -> Fault {
        let of =
            |section: &str| self.0.get(section).map(Node::entries).unwrap_or_default().iter().map(|entry| entry.key.as_str());
        let parameters = of("Parameters").filter(|_| takes_parameters);
        let known: Vec<_> = of("Resources").chain(parameters).collect();
        let helps = did_you_mean(name, known).unwrap_or_else(|| "correct the name, or add what it names".to_owned());
        let kinds = if takes_parameters { "no resource and no parameter" } else { "no resource" };
        Fault::new(line, format!("the template has {kinds} `{name}`: {helps}"))
    }
}

fn is_one_of(node: &Node, types: &[&str]) -> bool {
    node.get("Type").and_then(Node::text).is_some_and(|of| types.contains(&of))
}

fn is_of_sam(node: &Node) -> bool {
    node.get("Type").and_then(Node::text).is_some_and(|of| of.starts_with("AWS::Serverless::"))
}

/// The default of a parameter. That of one which names an entry of Systems Manager is not its value.
fn default(parameter: &Node) -> Option<String> {
    let is_entry = parameter.get("Type").and_then(Node::text).is_some_and(|of| of.starts_with("AWS::SSM::Parameter::Value"));
    let default = parameter.get("Default").filter(|_| !is_entry)?;
    text_of(&default.to_json(&|_| None).ok()?)
}

/// How long a name may be that is compared with others, and with how many it is compared. AWS's names are no longer, and a template has no more.
const COMPARED: (usize, usize) = (255, 1000);

/// The question whether another name was meant, if one is near.
pub(crate) fn did_you_mean<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<String> {
    let (longest, most) = COMPARED;
    let known = known.into_iter().filter(|known| known.len() <= longest && name.len() <= longest).take(most);
    nearest(name, known).map(|near| format!("did you mean `{near}`?"))
}
