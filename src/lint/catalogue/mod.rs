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
    case_sensitive_pattern,
    dangling_member,
    duplicate_external_id,
    duplicate_user_name,
    expiring_certificate,
    fallthrough_at_create,
    group_aum_conflict,
    group_external_id_differs,
    group_external_id_mismatch,
    intake_attribute_in_assignment,
    intake_on_unavailable_input,
    internal_group_condition,
    literal_pattern,
    missing_fallback,
    name_id_as_provider_id,
    negated_comparison_on_multi_valued,
    nested_group,
    non_primary_email,
    or_chain,
    provider_group_at_create,
    several_primary_emails,
    stranded_by_membership_update,
    stranded_users,
    string_boolean,
    unescaped_metacharacter,
    unmapped_attribute,
    unsynced_attribute_at_create,
    vacuous_exclusion_at_create,
    yaml_1_1_boolean,
}

#[cfg(test)]
mod testing;
