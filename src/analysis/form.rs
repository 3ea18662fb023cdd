//! Forms of elements, each said in one way.

use super::world::{Ask, Form};

/// The form of every element, or of none.
pub(super) fn constant_form(holds: bool) -> Form {
    if holds { Form::Always } else { Form::Any(Vec::new()) }
}

/// Presence of a value that every element has needs no asking.
pub(super) fn simplified(form: Form, is_simple: bool) -> Form {
    match form {
        Form::All(forms) if is_simple => {
            let kept = forms.into_iter().filter(|form| !matches!(form, Form::Part(_, Ask::Present)));
            Form::All(kept.map(|form| simplified(form, is_simple)).collect())
        }
        Form::Not(inner) => Form::Not(Box::new(simplified(*inner, is_simple))),
        form => form,
    }
}

/// The same form, said in one way. The depth is that of conditions.
pub(super) fn canonical(form: Form) -> Form {
    match form {
        Form::Not(inner) => match canonical(*inner) {
            Form::Not(twice) => *twice,
            Form::Always => constant_form(false),
            Form::Any(forms) if forms.is_empty() => Form::Always,
            Form::Any(forms) => canonical(Form::All(forms.into_iter().map(|form| Form::Not(Box::new(form))).collect())),
            Form::All(forms) => canonical(Form::Any(forms.into_iter().map(|form| Form::Not(Box::new(form))).collect())),
            inner @ Form::Part(..) => Form::Not(Box::new(inner)),
        },
        Form::All(forms) => connected(forms, true),
        Form::Any(forms) => connected(forms, false),
        form => form,
    }
}

fn connected(forms: Vec<Form>, is_all: bool) -> Form {
    let (neutral, decisive) = (constant_form(is_all), constant_form(!is_all));
    let mut flat = Vec::new();
    for form in forms.into_iter().map(canonical) {
        match form {
            form if form == neutral => {}
            form if form == decisive => return decisive,
            Form::All(inner) if is_all => flat.extend(inner),
            Form::Any(inner) if !is_all => flat.extend(inner),
            form => flat.push(form),
        }
    }
    flat.sort();
    flat.dedup();
    match (flat.len(), is_all) {
        (0, _) => neutral,
        (1, _) => flat.remove(0),
        (_, true) => Form::All(flat),
        (_, false) => Form::Any(flat),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(index: usize) -> Form {
        Form::Part(index, Ask::Present)
    }

    fn not(form: Form) -> Form {
        Form::Not(Box::new(form))
    }

    #[test]
    fn negation_stands_at_parts_and_order_does_not_count() {
        let either = Form::Any(vec![part(1), part(0)]);
        assert_eq!(canonical(not(either.clone())), Form::All(vec![not(part(0)), not(part(1))]));
        assert_eq!(canonical(not(not(either))), Form::Any(vec![part(0), part(1)]));
        assert_eq!(
            canonical(Form::All(vec![part(0), Form::All(vec![part(1), part(0)])])),
            Form::All(vec![part(0), part(1)])
        );
    }

    #[test]
    fn constants_decide_or_disappear() {
        let (always, never) = (constant_form(true), constant_form(false));
        assert_eq!(canonical(not(always.clone())), never);
        assert_eq!(canonical(Form::All(vec![always.clone(), part(0)])), part(0));
        assert_eq!(canonical(Form::All(vec![never.clone(), part(0)])), never);
        assert_eq!(canonical(Form::Any(vec![always.clone(), part(0)])), always);
        assert_eq!(canonical(Form::Any(vec![never, part(0)])), part(0));
    }
}
