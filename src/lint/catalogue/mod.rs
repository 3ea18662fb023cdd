//! The catalogue: one file a lint, one line a lint here.

macro_rules! catalogue {
    ($($lint:ident,)*) => {
        $(mod $lint;)*

        /// Every lint, by name.
        pub static LINTS: &[super::Lint] = &[$($lint::LINT,)*];
    };
}

catalogue! {
    add_only_flow,
    ambiguous_group_name,
    bearer_token_authentication,
    broken_active_mapping,
    cloud_display_name_unassigned,
    dangling_member,
    disabled_mapping,
    duplicate_account_risk,
    duplicate_external_id,
    duplicate_user_name,
    expiring_certificate,
    fallthrough_at_create,
    fragile_expression,
    gallery_app_provisioning,
    group_claim_mismatch,
    group_external_id_differs,
    group_external_id_mismatch,
    groups_claim_missing,
    groups_claim_renamed,
    groups_overage_observed,
    guest_identifier,
    intake_on_unavailable_input,
    legacy_scim_job,
    lossy_external_id,
    malformed_tenant_url,
    missing_fallback,
    missing_required_mapping,
    missing_scim_feature_flag,
    mutable_external_id,
    name_id_as_provider_id,
    nested_group,
    no_deletion_threshold,
    null_out_of_scope,
    oidc_provisioning,
    on_premises_only_claim,
    provider_group_at_create,
    provider_id_mismatch,
    provisioning_off,
    scim_disabled,
    scope_widened_by_or,
    secret_in_config,
    several_primary_emails,
    skip_out_of_scope_deletions,
    stale_provisioning,
    stranded_by_membership_update,
    stranded_users,
    string_boolean,
    sync_everyone,
    unanchored_scope,
    unavailable_source,
    unmapped_attribute,
    unstable_provider_id,
    unsupported_scope,
    unsynced_attribute_at_create,
    unsynced_attribute_mapping,
    user_name_claim_mismatch,
    vacuous_exclusion_at_create,
    wrong_matching_precedence,
    yaml_1_1_boolean,
}

#[cfg(test)]
mod testing;
