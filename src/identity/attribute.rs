//! What is known of Entra's attributes, by their keys: see [`super::attribute_key`].

/// Whether the attribute changes with a person's name, address or place, or goes to somebody else later
/// (palantir.com/docs/foundry/authentication/scim-entra-id asks for a stable, unique one). Others are left in doubt:
/// what an employee number or an extension holds, only its owner knows.
pub fn changes(key: &str) -> bool {
    const CHANGING: [&str; 20] = [
        "mailnickname",
        "mail",
        "userprincipalname",
        "originaluserprincipalname",
        "localuserprincipalname",
        "onpremisesuserprincipalname",
        "displayname",
        "givenname",
        "surname",
        "proxyaddresses",
        "othermails",
        "othermail",
        "jobtitle",
        "department",
        "telephonenumber",
        "mobile",
        "city",
        "country",
        "physicaldeliveryofficename",
        "companyname",
    ];
    CHANGING.contains(&key)
}

/// Whether every object of Entra has a value of the attribute.
pub fn is_always_set(key: &str) -> bool {
    ["objectid", "userprincipalname", "originaluserprincipalname", "displayname", "accountenabled", "issoftdeleted"]
        .contains(&key)
}
