//! The catalogue: one file a lint, one line a lint here.

macro_rules! catalogue {
    ($($lint:ident,)*) => {
        $(mod $lint;)*

        /// Every lint, by name.
        pub static LINTS: &[super::Lint] = &[$($lint::LINT,)*];
    };
}

catalogue! {
    ambiguous_group_name,
    dangling_member,
    duplicate_external_id,
    duplicate_user_name,
    fallthrough_at_create,
    group_external_id_differs,
    group_external_id_mismatch,
    intake_on_unavailable_input,
    missing_fallback,
    name_id_as_provider_id,
    nested_group,
    provider_group_at_create,
    several_primary_emails,
    stranded_by_membership_update,
    stranded_users,
    string_boolean,
    unmapped_attribute,
    unsynced_attribute_at_create,
    vacuous_exclusion_at_create,
    yaml_1_1_boolean,
}

#[cfg(test)]
mod testing;
