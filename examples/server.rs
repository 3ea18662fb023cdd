//! A provisioning server: threads decide on people as they come, while the rules are changed.
//!
//! An [`Engine`] never changes, so a change of the rules is a new one in its place: whoever decides holds on to the one
//! that was there when the request came. `cargo run --example server` runs it.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, sync_channel};
use std::sync::{Arc, Mutex, RwLock};
use std::thread;

use vestibule::config::ConfigError;
use vestibule::scim::{GroupRef, User};
use vestibule::{Config, Engine, Event, Person};

/// The rules in force.
struct Rules(RwLock<Arc<Engine>>);

impl Rules {
    fn new(yaml: &str) -> Result<Rules, ConfigError> {
        Ok(Rules(RwLock::new(Arc::new(compile(yaml)?))))
    }

    fn in_force(&self) -> Arc<Engine> {
        // A thread that panicked while it held the lock has only read or swapped a pointer.
        self.0.read().unwrap_or_else(|poisoned| poisoned.into_inner()).clone()
    }

    /// Puts other rules in force. Rules with mistakes leave those that are there.
    fn replace(&self, yaml: &str) -> Result<(), ConfigError> {
        let engine = Arc::new(compile(yaml)?);
        *self.0.write().unwrap_or_else(|poisoned| poisoned.into_inner()) = engine;
        Ok(())
    }
}

fn compile(yaml: &str) -> Result<Engine, ConfigError> {
    Config::parse("vestibule.yaml", yaml).map(|config| Engine::compile(&config))
}

/// The rules of one day: people of the finance group belong to this organization.
fn rules_of(organization: &str) -> String {
    format!(
        r#"
version: 1
provider: {{ name: contoso-entra }}
organizations: [{{ name: {organization} }}, {{ name: Contoso Guests }}]
organization-assignment:
  users: [{{ rule: finance, when: provider.groups includes "EU-Finance", organization: {organization} }}]
  fallback: Contoso Guests
"#
    )
}

/// A login, as it comes in.
struct Login {
    user: User,
    groups: Vec<String>,
}

/// Takes logins until there are no more, and counts where people belong.
fn serve(rules: &Rules, logins: &Mutex<Receiver<Login>>) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    loop {
        // What is kept from person to person belongs to one engine: it is made anew where the rules have changed.
        let engine = rules.in_force();
        let mut evaluator = engine.evaluator();
        loop {
            let next = logins.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).recv();
            let Ok(login) = next else { return counts };
            let groups = login.groups.iter().map(|name| GroupRef::named(name));
            let person = Person::new(&login.user).in_provider_groups(groups);
            let ruling = evaluator.evaluate(&person, Event::Login);
            *counts.entry(ruling.organization().unwrap_or("none").to_owned()).or_default() += 1;
            if !Arc::ptr_eq(&engine, &rules.in_force()) {
                break;
            }
        }
    }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    const LOGINS: usize = 10_000;
    let rules = Rules::new(&rules_of("Contoso EU"))?;
    let (sender, receiver) = sync_channel(64);
    let logins = Mutex::new(receiver);
    let served = AtomicUsize::new(0);
    let done = AtomicBool::new(false);
    let counts = thread::scope(|scope| {
        let threads: Vec<_> = (0..4).map(|_| scope.spawn(|| serve(&rules, &logins))).collect();
        scope.spawn(|| {
            let mut day = 0;
            while !done.load(Ordering::Relaxed) {
                day += 1;
                let name = if day % 2 == 0 { "Contoso EU" } else { "Contoso Europe" };
                // These rules are sound; a server would report those that are not, and go on with the old ones.
                if let Err(error) = rules.replace(&rules_of(name)) {
                    eprintln!("{error}");
                }
                thread::yield_now();
            }
        });
        for number in 0..LOGINS {
            let user = User::from_json(&format!(r#"{{ "userName": "user{number}@contoso.com" }}"#));
            let groups = if number % 4 == 0 { vec!["EU-Finance".to_owned()] } else { Vec::new() };
            if let Ok(user) = user
                && sender.send(Login { user, groups }).is_ok()
            {
                served.fetch_add(1, Ordering::Relaxed);
            }
        }
        drop(sender);
        let mut counts: BTreeMap<String, usize> = BTreeMap::new();
        for thread in threads {
            for (name, count) in thread.join().unwrap_or_default() {
                *counts.entry(name).or_default() += count;
            }
        }
        done.store(true, Ordering::Relaxed);
        counts
    });
    let finance = counts.get("Contoso EU").unwrap_or(&0) + counts.get("Contoso Europe").unwrap_or(&0);
    println!("{} logins: {finance} of finance, {} guests", served.into_inner(), counts["Contoso Guests"]);
    Ok(())
}
