//! The catalogue: one file a lint, one line a lint here.

macro_rules! catalogue {
    ($($lint:ident,)*) => {
        $(mod $lint;)*

        /// Every lint, by name.
        pub static LINTS: &[super::Lint] = &[$($lint::LINT,)*];
    };
}

catalogue! {
    ambiguous_anchoring,
    ambiguous_group_name,
    case_sensitive_pattern,
    confusable_characters,
    dangling_member,
    duplicate_account_risk,
    duplicate_external_id,
    duplicate_user_name,
    expiring_certificate,
    external_id_is_user_name,
    fallthrough_at_create,
    group_aum_conflict,
    group_claim_mismatch,
    group_claim_overage,
    group_external_id_differs,
    group_external_id_mismatch,
    group_name_case,
    guest_identifier,
    intake_attribute_in_assignment,
    intake_on_unavailable_input,
    internal_group_condition,
    invisible_characters,
    literal_pattern,
    lossy_external_id,
    missing_external_id,
    missing_fallback,
    missing_required_mapping,
    mutable_external_id,
    name_id_as_provider_id,
    negated_comparison_on_multi_valued,
    nested_group,
    non_primary_email,
    or_chain,
    pattern_outside_control_panel,
    provider_group_at_create,
    provider_id_drift,
    provider_id_mismatch,
    refused_administrators,
    rules_by_the_wrong_group_key,
    several_primary_emails,
    stranded_by_membership_update,
    stranded_users,
    string_boolean,
    unescaped_metacharacter,
    unknown_membership,
    unknown_provider_group,
    unmapped_attribute,
    unmatched_rule,
    unmatched_user_name_pattern,
    unstable_provider_id,
    unsynced_attribute_at_create,
    unsynced_attribute_mapping,
    user_name_claim_mismatch,
    vacuous_exclusion_at_create,
    wrong_matching_precedence,
    yaml_1_1_boolean,
}

/// What `scripts/new-lint` starts a lint from.
#[cfg(test)]
mod template;
#[cfg(test)]
mod testing;
