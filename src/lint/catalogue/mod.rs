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
    duplicate_account_risk,
    duplicate_external_id,
    duplicate_user_name,
    expiring_certificate,
    fallthrough_at_create,
    group_aum_conflict,
    group_claim_mismatch,
    group_external_id_differs,
    group_external_id_mismatch,
    intake_attribute_in_assignment,
    intake_on_unavailable_input,
    internal_group_condition,
    literal_pattern,
    lossy_external_id,
    missing_fallback,
    missing_required_mapping,
    mutable_external_id,
    name_id_as_provider_id,
    negated_comparison_on_multi_valued,
    nested_group,
    non_primary_email,
    or_chain,
    provider_group_at_create,
    provider_id_mismatch,
    several_primary_emails,
    stranded_by_membership_update,
    stranded_users,
    string_boolean,
    unescaped_metacharacter,
    unmapped_attribute,
    unstable_provider_id,
    unsynced_attribute_at_create,
    unsynced_attribute_mapping,
    user_name_claim_mismatch,
    vacuous_exclusion_at_create,
    wrong_matching_precedence,
    yaml_1_1_boolean,
}

#[cfg(test)]
mod testing;
