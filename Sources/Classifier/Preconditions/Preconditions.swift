import ISACore

/// The premises of the paper's model, checked for the machine rather than assumed.
struct Preconditions {
  /// As described, not confined.
  let isa: InstructionSet
  let layout: RoleLayout
  let choices: [UInt128]
  private let loss: TrapLoss

  init(isa: InstructionSet, layout: RoleLayout, choices: [UInt128]) {
    self.isa = isa
    self.layout = layout
    self.choices = choices
    loss = TrapLoss(isa: isa, layout: layout, choices: choices)
  }

  func all() -> [Precondition] {
    [twoModes, map, mapBindsInBothModes, trapsSaveState, trapsAreRestartable, mapOutOfReach]
      + (isa.monitor.map { [trapsGiveBack($0)] + mapMeetsAssumptions($0) } ?? [])
  }

  // MARK: Two modes

  private var twoModes: Precondition {
    guard !isa.modePairs.isEmpty else {
      return Precondition(name: "two modes", holds: false, why: "the machine has one mode")
    }
    let mode = isa.entries.first { writes($0.program, .mode) }?.name
    let instruction = isa.instructions.first { instruction in
      instruction.forms.contains { writes($0.program, .mode) }
    }?.id
    switch (mode, instruction) {
    case (let entry?, let instruction?):
      return Precondition(
        name: "two modes", holds: true,
        why: "trap entry \(entry) and the instruction \(instruction) set the mode")
    case (let entry?, nil):
      return Precondition(
        name: "two modes", holds: true, why: "trap entry \(entry) sets the mode")
    case (nil, let instruction?):
      return Precondition(
        name: "two modes", holds: true, why: "the instruction \(instruction) sets the mode")
    case (nil, nil):
      return Precondition(
        name: "two modes", holds: false,
        why: "no trap entry and no instruction ever changes the mode")
    }
  }

  private func writes(_ program: Program, _ roles: RoleSet) -> Bool {
    StateWrites(program, layout: layout, isa: isa).roles.isDisjoint(with: roles) == false
  }

  // MARK: The map

  private var map: Precondition {
    let mapped = isa.memories.filter { $0.translate != nil }
    guard !mapped.isEmpty else {
      return Precondition(
        name: "map", holds: false, why: "storage is addressed directly; nothing relocates it")
    }
    let names = mapped.map(\.name).joined(separator: ", ")
    guard isa.shift != nil else {
      let relocates = mapped.contains { !$0.translate!.isIdentity }
      if relocates, isa.monitor?.install != nil {
        return Precondition(
          name: "map", holds: true,
          why: "\(names) is reached through a translation that relocates piece by piece; the "
            + "description does not say how it moves as a whole, so nothing is location sensitive")
      }
      return Precondition(
        name: "map", holds: false,
        why: relocates
          ? "\(names) is reached through a translation that relocates, but the description does "
            + "not say how it moves: the machine has no shift"
          : "the translation may refuse an access, but it cannot relocate: the machine has no shift"
      )
    }
    let tables = layout.tables.exist ? ", by tables in storage" : ""
    return Precondition(
      name: "map", holds: true,
      why: "\(names) is reached through a translation that relocates\(tables)")
  }

  private var mapBindsInBothModes: Precondition {
    let name = "map binds in both modes"
    for memory in isa.memories {
      guard let translate = memory.translate else { continue }
      let interpreter = AbstractInterpreter(
        isa, layout: layout, setting: Setting(choices: choices, fields: []),
        isTranslationShiftInvariant: true)
      let labels = interpreter.resultLabels(of: translate, parameters: [[], []])
      if labels?.contains(.mode) ?? false {
        return Precondition(
          name: name, holds: false, why: "where \(memory.name) is found depends on the mode")
      }
      if interpreter.footprint.trapLabels.contains(.mode) {
        return Precondition(
          name: name, holds: true,
          why:
            "\(memory.name) is found at the same place in both modes; only what is permitted differs"
        )
      }
    }
    return isa.memories.contains { $0.translate != nil }
      ? Precondition(name: name, holds: true, why: "no translation reads the mode")
      : Precondition(name: name, holds: false, why: "there is no map")
  }

  // MARK: Traps

  private var trapsSaveState: Precondition {
    var lost: [String] = []
    var example: String?
    let readable = TrapEntry.readableBits(isa)
    // A reset is never gone back from.
    let recovered = isa.monitor.map { Set($0.recoveries.map(\.entry)) }
    for (index, entry) in isa.entries.enumerated() where recovered?.contains(index) ?? true {
      let taken = TrapEntry(entry, isa: isa, layout: layout, readable: readable)
      lost += taken.lost.map { "\(entry.name) overwrites \($0)" }
      if !taken.lost.isEmpty, example == nil {
        example = loss.example(of: index, in: taken.registers).loss
      }
    }
    return lost.isEmpty
      ? Precondition(
        name: "traps save the state", holds: true,
        why:
          "what a trap entry overwrites it has saved, or loads from where a monitor put it, or is "
          + "the monitor\u{2019}s own")
      : Precondition(
        name: "traps save the state", holds: false,
        why: lost.joined(separator: "; ") + ", and nothing keeps the old value"
          + (example.map { "; for example, \($0)" } ?? ""))
  }

  private var trapsAreRestartable: Precondition {
    let name = "traps are precise"
    let order = TrapOrder(isa)
    func instructions(_ care: TrapOrder.Care) -> [Int] {
      isa.instructions.indices.filter { index in
        isa.instructions[index].forms.contains { order.canTrapAfterWrite($0.program, care) }
      }
    }
    let stepwise = instructions(.none)
    if stepwise.isEmpty {
      return Precondition(
        name: name, holds: true,
        why: "no instruction can take a memory trap after it has changed anything")
    }
    var halfDone = Set(instructions(.announced))
    let search = HalfDoneSearch(isa: isa, layout: layout, choices: choices, seed: 1974)
    for index in stepwise where !halfDone.contains(index) && search.finds(index) {
      halfDone.insert(index)
    }
    func names(_ indices: [Int]) -> String {
      indices.map { isa.instructions[$0].id }.joined(separator: ", ")
    }
    return halfDone.isEmpty
      ? Precondition(
        name: name, holds: true,
        why:
          "what works piece by piece tries its operands first: in \(HalfDoneSearch.tries) states "
          + "of each mode no memory trap found any of these half done: \(names(stepwise))")
      : Precondition(
        name: name, holds: false,
        why: "these can take a memory trap with part of their work done: "
          + names(halfDone.sorted()))
  }

  private func trapsGiveBack(_ monitor: MonitorMap) -> Precondition {
    let name = Precondition.trapsGiveBack
    let recovery = TrapRecovery(isa: isa, layout: layout, choices: choices)
    let without = recovery.entriesWithoutRecovery(monitor)
    if !without.isEmpty {
      return Precondition(
        name: name, holds: false,
        why: "user programs come to these entries, and no recover undoes them: "
          + without.joined(separator: ", "))
    }
    let answer = recovery.answer(monitor)
    if !answer.losses.isEmpty {
      let example =
        monitor.recoveries.lazy.compactMap { loss.example(of: $0, in: monitor).loss }.first
      return Precondition(
        name: name, holds: false,
        why: "an entry and its recover do not give back " + answer.losses.joined(separator: ", ")
          + (example.map { "; for example, \($0)" } ?? ""))
    }
    // What is too large for a formula is tried, and the answer says how often.
    var tried: [String] = []
    for recovery in monitor.recoveries where answer.undecided.contains(recovery.entry) {
      let trial = loss.example(of: recovery, in: monitor)
      if let example = trial.loss {
        return Precondition(
          name: name, holds: false,
          why: "an entry and its recover do not give back all: \(example)")
      }
      tried.append("\(isa.entries[recovery.entry].name) in \(trial.states) states")
    }
    return Precondition(
      name: name, holds: true,
      why: "after an entry and its recover every direct register is as it was"
        + (tried.isEmpty
          ? ""
          : "; where that is too large for a formula, it was tried, and nothing was lost: "
            + tried.joined(separator: ", ")))
  }

  /// What is assumed of the real machine the map has to set up; else no state f(v) is one that the
  /// verdicts under assumptions speak of, and there are no holes because there are no states.
  private func mapMeetsAssumptions(_ monitor: MonitorMap) -> [Precondition] {
    if isa.assumptions.isEmpty { return [] }
    let open = MapAssumptions(isa: isa, choices: choices).notMet(by: monitor)
    return [
      Precondition(
        name: Precondition.mapMeetsAssumptions, holds: open.isEmpty,
        why: open.isEmpty
          ? "the monitor\u{2019}s map sets up what is assumed"
          : "the monitor\u{2019}s map does not see to it that " + open.joined(separator: ", "))
    ]
  }

  // MARK: Reach

  private var mapOutOfReach: Precondition {
    let name = "map out of reach"
    var exposed: [String] = []
    var kept: [String] = []
    for (index, memory) in isa.memories.enumerated() {
      // A space of nothing but devices is no storage: ordinary loads and stores do not go there.
      let isStorage = memory.role == .plain || memory.translate != nil
      for region in memory.regions where isStorage && region.role != memory.role {
        if isRefused(region, of: MemoryID(index)) { continue }
        if isKept(region, of: MemoryID(index)) {
          kept.append(region.name)
        } else {
          exposed.append(region.name)
        }
      }
      if memory.translate == nil, memory.role == .map { exposed.append(memory.name) }
    }
    if layout.tables.exist {
      let tables = "the tables of the translation"
      if isa.monitor?.install == nil { exposed.append(tables) } else { kept.append(tables) }
    }
    if !exposed.isEmpty {
      return Precondition(
        name: name, holds: false,
        why:
          "programs can reach \(exposed.joined(separator: ", ")) with ordinary loads and stores, "
          + "unless the map keeps them out")
    }
    return Precondition(
      name: name, holds: true,
      why: kept.isEmpty
        ? "no map, resource, timer or device lies in a program's storage"
        : "the monitor\u{2019}s map keeps programs out of \(kept.joined(separator: ", ")): what the "
          + "monitor keeps for itself is mapped for nobody")
  }

  /// Whether the region lies in what the monitor keeps for itself.
  private func isKept(_ region: Region, of memory: MemoryID) -> Bool {
    isa.monitor?.storage.contains {
      $0.memory == memory && max(region.first, region.last) < $0.reserved
    } ?? false
  }

  /// Whether no translation of any address leads into the region in user mode.
  private func isRefused(_ region: Region, of memory: MemoryID) -> Bool {
    RegionReach(isa: isa, layout: layout, choices: choices)
      .isOutOfReach(region.first...max(region.first, region.last), of: memory)
  }
}

extension Program {
  /// Whether a translation gives every address that it lets through as it is.
  fileprivate var isIdentity: Bool {
    guard let result, let address = parameters.first else { return true }
    var isIdentity = true
    forEachStatement { statement in
      guard case .assign(let local, let value) = statement.kind else { return }
      if local == address { isIdentity = false }
      if local == result {
        isIdentity = isIdentity && self[value].op == .local && self[value].a == address
      }
    }
    return isIdentity
  }
}

extension Precondition {
  /// Of the monitor's block: for each trap entry there is a way back.
  public static let trapsGiveBack = "traps give back what they take"
  /// Of the monitor's block: it assumes nothing that it does not set up.
  public static let mapMeetsAssumptions = "the map meets the assumptions"
}
