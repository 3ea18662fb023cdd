//! What the members of records are called.

/// Members of a SCIM or Foundry record that are personal whatever they hold.
pub(super) fn is_personal(name: &str) -> bool {
    const NAMES: [&str; 11] = [
        "userName",
        "externalId",
        "providerId",
        "givenName",
        "familyName",
        "middleName",
        "formatted",
        "nickName",
        "email",
        "employeeNumber",
        "user",
    ];
    is_among(&NAMES, name)
}

/// Whether a word is the name of a member that everybody's records have: of SCIM's resources, lists and requests (RFC 7643
/// sections 3.1 and 4, RFC 7644 sections 3.4.2 and 3.5.2), of what Foundry's Admin API returns, or of a log. Others may
/// as well be a value that lost its place.
pub(super) fn is_known(word: &str) -> bool {
    const OTHERS: [&str; 41] = [
        "Resources",
        "totalResults",
        "itemsPerPage",
        "startIndex",
        "Operations",
        "op",
        "path",
        "value",
        "$ref",
        "display",
        "data",
        "nextPageToken",
        "username",
        "realm",
        "organization",
        "attributes",
        "status",
        "email",
        "preregistered",
        "description",
        "organizations",
        "principalId",
        "principalType",
        "groupId",
        "userId",
        "memberships",
        "providerId",
        "providerName",
        "membershipExpirations",
        "user",
        "method",
        "url",
        "body",
        "request",
        "response",
        "time",
        "event",
        "claims",
        "login",
        "headers",
        "scim",
    ];
    word.starts_with("urn:") || is_among(&OTHERS, word) || crate::condition::is_scim_attribute(word)
}

fn is_among(names: &[&str], name: &str) -> bool {
    names.iter().any(|known| known.eq_ignore_ascii_case(name))
}

#[cfg(test)]
mod tests {
    use super::is_known;

    #[test]
    fn attributes_of_the_schemas_are_known_and_people_are_not() {
        for name in ["userName", "familyName", "costCenter", "members", "Resources", "manager", "urn:example:x"] {
            assert!(is_known(name), "{name}");
        }
        for name in ["Ada", "ada@contoso.com", "usrName", ""] {
            assert!(!is_known(name), "{name}");
        }
    }
}
