//! Scoping filters: which objects are provisioned.
//!
//! Clauses of a group hold together, and one group is enough
//! (learn.microsoft.com/entra/identity/app-provisioning/define-conditional-rules-for-provisioning-user-accounts).

use crate::config::Sited;
use crate::source::{At, Case};

use super::object::Object;

/// Clauses that hold together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScopeGroup {
    /// Where it stands.
    pub at: At,
    /// What must hold.
    pub clauses: Vec<ScopeClause>,
}

/// A test of one attribute.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScopeClause {
    /// Where it stands.
    pub at: At,
    /// The attribute in Entra.
    pub attribute: Sited<String>,
    /// The operator as the export has it, such as `EQUALS` or `NOT REGEX MATCH`.
    pub operator: Sited<String>,
    /// What the attribute is compared with.
    pub values: Vec<Sited<String>>,
}

impl ScopeClause {
    /// The operator in capitals without spaces and underscores: `NOTREGEXMATCH`. Exports and the portal differ in those.
    pub fn operator_word(&self) -> String {
        let letters = self.operator.chars().filter(|c| !matches!(c, ' ' | '_'));
        letters.map(|c| c.to_ascii_uppercase()).collect()
    }

    /// What it tests, as a case of a finding about it.
    pub(crate) fn case(&self) -> Case {
        let operator = self.operator_word();
        let tested = [self.attribute.as_str(), &operator];
        Case::new(&tested.into_iter().chain(self.values.iter().map(|value| value.as_str())).collect::<Vec<_>>())
    }
}

/// Reads `scope.groups` of an object mapping. Clauses that lack a part are left out.
pub(super) fn read_scope(mapping: &Object<'_>) -> Vec<ScopeGroup> {
    let Some(scope) = mapping.member("scope").and_then(|scope| scope.object()) else { return Vec::new() };
    let groups = scope.objects("groups");
    let read = groups.iter().map(|group| ScopeGroup {
        at: group.at.clone(),
        clauses: group.objects("clauses").iter().filter_map(read_clause).collect(),
    });
    read.filter(|group| !group.clauses.is_empty()).collect()
}

fn read_clause(clause: &Object<'_>) -> Option<ScopeClause> {
    let operand = clause.member("targetOperand").and_then(|operand| operand.object());
    let values = operand.and_then(|operand| operand.member("values"));
    let values = values.iter().flat_map(|values| values.items());
    Some(ScopeClause {
        at: clause.at.clone(),
        attribute: clause.sited("sourceOperandName")?,
        operator: clause.sited("operatorName")?,
        values: values.filter_map(|item| Some(Sited { value: item.text()?.to_owned(), at: item.at })).collect(),
    })
}
