import ISACore

/// **Theorem 3** (a hybrid virtual machine monitor can be constructed): every user-sensitive
/// instruction is privileged.
enum Theorem3 {
  static func isViolated(by form: FormFindings, in reading: Reading) -> Truth3 {
    form.isUserSensitive(in: reading).and(form.isPrivileged.negated)
  }
}
