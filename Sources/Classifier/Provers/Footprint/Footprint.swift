import ISACore

/// What one form can do in one mode, found by typing it: no state is tried, none is overlooked.
struct Footprint: Sendable {
  /// A piece of the result that may differ from the state before.
  struct Output: Sendable {
    /// Roles of the bits written.
    var roles: RoleSet
    /// State that decides what they become.
    var labels: Labels
  }

  /// A place where the step may end without retiring.
  struct TrapSite: Sendable {
    struct Key: Hashable, Sendable {
      var trap: TrapID
      var trapClass: TrapClass
      var span: SourceSpan
    }
    var trap: TrapID
    var trapClass: TrapClass
    var span: SourceSpan
    /// State that decides whether it is reached.
    var labels: Labels
    var key: Key { Key(trap: trap, trapClass: trapClass, span: span) }
  }

  /// Whether some state may retire, or go on as another instruction.
  var canRetire = false
  var traps: [TrapSite.Key: TrapSite] = [:]
  var outputs: [Output] = []
  /// State that decides whether it retires or performs, and what it performs.
  var outcomeLabels: Labels = []
  /// Registers that the machine's `shift` reads or writes may have changed.
  var changesWhatShifts = false

  /// Roles of the state that may be changed by a step that retires.
  var changed: RoleSet { outputs.reduce(into: []) { $0.formUnion($1.roles) } }

  /// State that decides what becomes of anything that is not of the roles `own`.
  func influences(outside own: RoleSet) -> Labels {
    outputs.reduce(into: outcomeLabels) { labels, output in
      if !output.roles.subtracting(own).isEmpty { labels.formUnion(output.labels) }
    }
  }

  /// State that decides whether it traps.
  var trapLabels: Labels { traps.values.reduce(into: []) { $0.formUnion($1.labels) } }
}

/// What a form is looked at under.
struct Setting: Sendable {
  /// Bits of the state that are known: the mode, what is assumed, what always holds.
  var known: [StateEquality] = []
  /// By choice.
  var choices: [UInt128]
  /// By field of the form; nil: any value.
  var fields: [UInt128?]
}
