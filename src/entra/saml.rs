//! A captured SAML response or assertion: which claims a login really carried.
//!
//! Names and formats are kept, and how many values there are; values are somebody's, and are not. Documents that declare
//! entities are refused: nothing in a SAML message needs them (SAML Core 2.0 section 1.3 leaves DTDs out).

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use crate::source::{FileId, Place, Problem, Severity, Span};

/// A captured SAML response or assertion.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SamlResponse {
    /// The file.
    pub file: FileId,
    /// The format of NameID, such as `urn:oasis:names:tc:SAML:2.0:nameid-format:persistent`.
    pub name_id_format: Option<String>,
    /// The attributes of the assertion, in order.
    pub attributes: Vec<SamlAttribute>,
}

/// An attribute of an assertion.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SamlAttribute {
    /// Its name, which Control Panel calls the attribute key.
    pub name: String,
    /// How many values it has.
    pub values: usize,
    /// Where it begins.
    pub place: Place,
}

/// What Entra sends instead of groups where a person is in too many
/// (learn.microsoft.com/entra/identity-platform/reference-saml-tokens).
pub const GROUPS_LINK: &str = "http://schemas.microsoft.com/claims/groups.link";

impl SamlResponse {
    /// The attribute of a name.
    pub fn attribute(&self, name: &str) -> Option<&SamlAttribute> {
        self.attributes.iter().find(|attribute| attribute.name == name)
    }
}

/// Reads a response as far as its XML goes. What is wrong with the XML is a problem.
pub(super) fn read_saml(file: FileId, text: &str) -> (SamlResponse, Option<Problem>) {
    let mut response = SamlResponse { file, name_id_format: None, attributes: Vec::new() };
    let unmarked = text.trim_start_matches('\u{feff}');
    // The reader does not count a byte-order mark.
    let mark = text.len() - unmarked.len();
    let mut reader = Reader::from_str(unmarked);
    // How many elements are open: what is cut off between two of them is no error to the reader.
    let mut open = 0_usize;
    loop {
        let start = mark + offset(&reader);
        let event = match reader.read_event() {
            Ok(event) => event,
            Err(_) => return (response, Some(broken(file, start, text))),
        };
        let span = Span::new(start, (mark + offset(&reader)).max(start));
        match event {
            Event::Start(tag) => {
                open += 1;
                response.take(&tag, Place::Bytes(file, span));
            }
            Event::Empty(tag) => response.take(&tag, Place::Bytes(file, span)),
            Event::End(_) => open = open.saturating_sub(1),
            Event::DocType(_) => return (response, Some(with_doctype(file, span))),
            Event::Eof => return (response, (open > 0).then(|| broken(file, text.trim_end().len(), text))),
            _ => {}
        }
    }
}

fn offset(reader: &Reader<&[u8]>) -> usize {
    usize::try_from(reader.buffer_position()).unwrap_or_default()
}

impl SamlResponse {
    fn take(&mut self, tag: &BytesStart<'_>, place: Place) {
        match tag.local_name().as_ref() {
            "NameID" => self.name_id_format = self.name_id_format.take().or_else(|| xml_attribute(tag, "Format")),
            "Attribute" => {
                if let Some(name) = xml_attribute(tag, "Name") {
                    self.attributes.push(SamlAttribute { name, values: 0, place });
                }
            }
            "AttributeValue" => {
                if let Some(attribute) = self.attributes.last_mut() {
                    attribute.values += 1;
                }
            }
            _ => {}
        }
    }
}

/// The value of an XML attribute; the five entities of XML itself are read, no others.
fn xml_attribute(tag: &BytesStart<'_>, name: &str) -> Option<String> {
    let attribute = tag.try_get_attribute(name).ok()??;
    let value = quick_xml::escape::unescape(&attribute.value).ok()?;
    Some(value.trim().to_owned())
}

fn broken(file: FileId, at: usize, text: &str) -> Problem {
    let end = text.len().min(at);
    Problem::warning("malformed-export", Place::Bytes(file, Span::at(end)), "this is no well-formed XML")
        .label("read as far as here")
        .help("capture the SAML response again, and decode it from Base64 as a whole")
}

fn with_doctype(file: FileId, span: Span) -> Problem {
    let message = "this XML declares a document type, which no SAML message has";
    Problem::new("malformed-export", Severity::Warning, Place::Bytes(file, span), message)
        .label("nothing behind it is read")
        .help("capture the SAML response again, and remove nothing and add nothing")
}

#[cfg(test)]
mod tests {
    use super::super::Recognised;
    use super::super::fixture::{Export, sample};
    use super::*;

    fn response(export: &Export) -> &SamlResponse {
        match &export.recognised[..] {
            [Recognised::SamlResponse(response)] => response,
            other => panic!("no response: {other:?}"),
        }
    }

    #[test]
    fn names_formats_and_numbers_of_values_are_kept() {
        let export = sample("saml-token-with-groups.xml");
        let response = response(&export);
        assert_eq!(response.name_id_format.as_deref(), Some("urn:oasis:names:tc:SAML:2.0:nameid-format:persistent"));
        assert_eq!(response.attributes.len(), 7);
        let groups = response.attribute("http://schemas.microsoft.com/ws/2008/06/identity/claims/groups").unwrap();
        assert_eq!(groups.values, 3);
        let (_, span) = export.sources.locate(&groups.place);
        assert_eq!(
            export.sources.text(export.file).slice(span),
            r#"<Attribute Name="http://schemas.microsoft.com/ws/2008/06/identity/claims/groups">"#
        );
        assert!(!format!("{response:?}").contains("sample.admin"), "values are not kept");
    }

    #[test]
    fn the_link_that_replaces_groups_is_seen() {
        let export = sample("saml-groups-overage-attribute.xml");
        assert!(response(&export).attribute(GROUPS_LINK).is_some());
    }

    #[test]
    fn prefixes_make_no_difference() {
        let export = Export::of(
            "<saml:Assertion xmlns:saml=\"urn:oasis:names:tc:SAML:2.0:assertion\"><saml:Attribute Name=\"a&amp;b\">\
             <saml:AttributeValue>x</saml:AttributeValue></saml:Attribute></saml:Assertion>",
        );
        assert_eq!(response(&export).attributes[0].name, "a&b");
    }

    #[test]
    fn places_are_bytes_of_the_file_with_and_without_a_mark() {
        for mark in ["", "\u{feff}"] {
            let tag = "<Attribute Name=\"é\">";
            let export = Export::of(&format!(
                "{mark}<?xml version=\"1.0\"?>\r\n<r xmlns=\"urn:oasis:names:tc:SAML:2.0:assertion\">ü{tag}</Attribute></r>"
            ));
            let (_, span) = export.sources.locate(&response(&export).attributes[0].place);
            assert_eq!(export.sources.text(export.file).slice(span), tag, "{mark:?}");
        }
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_read_as_far_as_it_goes(text in r#"<[<>/&;"'a=!?A \[\]é-]{0,60}"#) {
            let export = Export::of(&format!("<a xmlns='urn:oasis:names:tc:SAML:2.0:assertion'>{text}"));
            for attribute in &response(&export).attributes {
                export.sources.locate(&attribute.place);
            }
            export.said();
        }
    }

    #[test]
    fn entities_are_never_expanded_and_broken_xml_is_said() {
        let head = "<?xml version=\"1.0\"?>";
        let body = "<r xmlns=\"urn:oasis:names:tc:SAML:2.0:assertion\"><Attribute Name=\"&x;\"/></r>";
        let export = Export::of(&format!("{head}<!DOCTYPE r [<!ENTITY x SYSTEM \"file:///etc/passwd\">]>{body}"));
        assert_eq!(response(&export).attributes, []);
        assert_eq!(export.said(), [": this XML declares a document type, which no SAML message has"]);
        let export = Export::of("<r xmlns=\"urn:oasis:names:tc:SAML:2.0:assertion\"><Attribute Name=\"a\"></r>");
        assert_eq!(response(&export).attributes.len(), 1);
        assert_eq!(export.said(), [": this is no well-formed XML"]);
    }

    #[test]
    fn a_response_that_is_cut_off_anywhere_is_said_to_be_broken() {
        let whole = "<r xmlns=\"urn:oasis:names:tc:SAML:2.0:assertion\"><Attribute Name=\"a\"><AttributeValue>x\
                     </AttributeValue></Attribute></r>";
        assert_eq!(Export::of(whole).said(), [""; 0]);
        for end in whole.find('>').unwrap() + 1..whole.len() {
            assert_eq!(Export::of(&whole[..end]).said(), [": this is no well-formed XML"], "{}", &whole[..end]);
        }
    }
}
