//! The catalogue: one file a lint, one line a lint here.

use super::Lint;
use crate::project::Project;
use crate::source::{Problem, Sources};

macro_rules! catalogue {
    ($($lint:ident,)*) => {
        $(mod $lint;)*

        /// Every lint, by name.
        pub static LINTS: &[Lint] = &[$($lint::LINT,)*];
    };
}

/// What a lint finds that needs no sound configuration.
type CheckTexts = fn(&Project, &Sources, &mut Vec<Problem>);

/// The lints that look at the texts alone, so that they run where the configuration has errors, too.
pub(super) static OF_TEXTS: &[(&Lint, CheckTexts)] = &[(&secret_in_config::LINT, secret_in_config::in_texts)];

catalogue! {
    add_only_flow,
    ambiguous_anchoring,
    ambiguous_group_name,
    bearer_token_authentication,
    broken_active_mapping,
    case_sensitive_pattern,
    cloud_display_name_unassigned,
    conflicting_intake,
    confusable_characters,
    contradictory_condition,
    dangling_member,
    disabled_mapping,
    duplicate_account_risk,
    duplicate_external_id,
    duplicate_rule,
    duplicate_user_name,
    expiring_certificate,
    external_id_is_user_name,
    fallthrough_at_create,
    fragile_expression,
    gallery_app_provisioning,
    group_aum_conflict,
    group_claim_mismatch,
    group_claim_overage,
    group_external_id_differs,
    group_external_id_mismatch,
    group_name_case,
    groups_claim_missing,
    groups_claim_renamed,
    groups_overage_observed,
    guest_identifier,
    intake_attribute_in_assignment,
    intake_on_unavailable_input,
    internal_group_condition,
    invisible_characters,
    legacy_scim_job,
    literal_pattern,
    look_alike_word,
    lossy_external_id,
    malformed_tenant_url,
    missing_external_id,
    missing_fallback,
    missing_required_mapping,
    missing_scim_feature_flag,
    mutable_external_id,
    name_id_as_provider_id,
    negated_comparison_on_multi_valued,
    nested_group,
    no_deletion_threshold,
    non_primary_email,
    null_out_of_scope,
    oidc_provisioning,
    on_premises_only_claim,
    or_chain,
    overlapping_organizations,
    pattern_outside_control_panel,
    provider_group_at_create,
    provider_id_drift,
    provider_id_mismatch,
    provisioning_off,
    redundant_condition,
    redundant_rule,
    refuse_everyone,
    refused_administrators,
    rules_by_the_wrong_group_key,
    scim_disabled,
    scope_widened_by_or,
    secret_in_config,
    several_account_names,
    several_primary_emails,
    skip_out_of_scope_deletions,
    stale_provisioning,
    stranded_by_membership_update,
    stranded_users,
    string_boolean,
    sync_everyone,
    tautological_condition,
    unanchored_scope,
    unavailable_source,
    unescaped_metacharacter,
    unknown_membership,
    unknown_provider_group,
    unmapped_attribute,
    unmatched_rule,
    unmatched_user_name_pattern,
    unreachable_rule,
    unstable_provider_id,
    unsupported_scope,
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
