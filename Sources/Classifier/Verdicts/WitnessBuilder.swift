import ISACore
import Machine

/// Puts findings into words: only state that matters, before and after, run beside run.
struct WitnessBuilder {
  let bench: Bench
  let subject: Subject

  func witness(for question: Question, _ finding: Finding) -> Witness? {
    guard let (runs, isShown) = bench.runs(question, of: finding, subject: subject), isShown else {
      return nil
    }
    let definition = question.definition
    var states = [(runs.s, runs.t)]
    if definition.relation != .alone { states.append((runs.sPrime, runs.tPrime)) }
    let places = relevant(states)
    let form = bench.isa.instructions[subject.form.instruction].forms[subject.form.form]
    var witness = Witness(
      form: subject.form.form,
      encoding: encoding(finding.operands),
      fields: zip(form.fields, finding.operands.fields).map { field, value in
        Witness.Value(
          place: field.name, value: hexadecimal(value, width: field.width), role: .plain)
      },
      runs: zip(states, captions(definition, finding)).map { state, caption in
        run(from: state.0, to: state.1, places, caption: caption)
      },
      shows: sentence(definition))
    witness.start = start(of: runs.s, finding.operands)
    return witness
  }

  private func start(of s: ConcreteState, _ operands: Operands) -> Witness.Start {
    var start = Witness.Start()
    start.fields = operands.fields
    start.contexts = operands.contexts
    for (place, value) in s.values.sorted(by: { bench.order($0.key) < bench.order($1.key) })
    where value != 0 {
      switch place {
      case .register(let register, let element): start.registers.append((register, element, value))
      case .unit(let memory, let address): start.units.append((memory, address, value))
      }
    }
    return start
  }

  /// The units of the encoded instruction.
  private func encoding(_ operands: Operands) -> String {
    let memory = Int(bench.isa.fetch.memory)
    let width =
      bench.isa.memories.indices.contains(memory) ? bench.isa.memories[memory].unitWidth : 8
    return bench.encode(subject.form, operands)
      .map { BitVector($0, width: width).hex }.joined(separator: " ")
  }

  // MARK: What is shown

  /// Some bits of a place, as the description names them.
  private struct Item {
    var place: Place
    var low: Int
    var width: Int
    var name: String
    var role: Role
  }

  /// State that is not 0, differs between the runs, or is changed by one.
  private func relevant(_ states: [(ConcreteState, ConcreteOutcome)]) -> [Item] {
    var places: Set<Place> = []
    for (before, after) in states {
      places.formUnion(before.values.filter { $0.value != 0 }.keys)
      places.formUnion(after.state.values.filter { $0.value != before[$0.key] }.keys)
    }
    return places.sorted { bench.order($0) < bench.order($1) }.flatMap { place in
      items(of: place).filter { item in
        states.contains { before, after in
          value(of: item, in: before) != 0 || value(of: item, in: after.state) != 0
        }
      }
    }
  }

  private func items(of place: Place) -> [Item] {
    switch place {
    case .register(let register, let element):
      let description = bench.isa.registers[Int(register)]
      return bench.layout.piecesOfRegister[Int(register)].map { index in
        let piece = bench.layout.pieces[index]
        var name = piece.name
        if description.isFile {
          let field = name.dropFirst(description.name.count)
          name = "\(description.name)[\(element)]\(field)"
        }
        return Item(
          place: place, low: piece.low, width: piece.width, name: name, role: piece.role)
      }
    case .unit(let memory, let address):
      let description = bench.isa.memories[Int(memory)]
      let name =
        "\(description.name)[\(hexadecimal(UInt128(address), width: description.addressWidth))]"
      return [
        Item(
          place: place, low: 0, width: description.unitWidth, name: name,
          role: bench.role(of: memory, at: address))
      ]
    }
  }

  private func value(of item: Item, in state: ConcreteState) -> UInt128 {
    state[item.place] >> UInt128(item.low) & BitVector.mask(item.width)
  }

  private func run(
    from s: ConcreteState, to t: ConcreteOutcome, _ items: [Item], caption: String
  ) -> Witness.Run {
    func shown(_ item: Item, in state: ConcreteState) -> Witness.Value {
      Witness.Value(
        place: item.name, value: hexadecimal(value(of: item, in: state), width: item.width),
        role: item.role)
    }
    return Witness.Run(
      caption: caption,
      before: items.map { shown($0, in: s) },
      after: t.retires
        ? items.filter { value(of: $0, in: s) != value(of: $0, in: t.state) }
          .map { shown($0, in: t.state) } : [],
      outcome: outcome(t.result))
  }

  private func hexadecimal(_ value: UInt128, width: Int) -> String {
    "0x" + BitVector(value, width: width).hex
  }

  private func outcome(_ result: ExecutionOutcome) -> String {
    switch result {
    case .retired: return "retires"
    case .trapped(let trap, let trapClass, _):
      let name = bench.isa.traps.indices.contains(Int(trap)) ? bench.isa.traps[Int(trap)].name : "?"
      return "traps \(name) (\(trapClass.rawValue))"
    case .performs(let bits, let width, _):
      return "goes on as the instruction 0x\(BitVector(bits, width: width).hex)"
    }
  }

  // MARK: Words

  private func captions(_ definition: any Definition, _ finding: Finding) -> [String] {
    let first = "in \(definition.mode.rawValue) mode"
    switch definition.relation {
    case .alone: return [first]
    case .equalButForMode: return ["in user mode", "in supervisor mode"]
    case .shifted:
      return [first, "the map moved by 0x\(String(finding.x ?? 0, radix: 16, uppercase: true))"]
    case .mapped:
      let virtual = "in virtual \(definition.mode.rawValue) mode"
      guard let allocation = finding.allocation else { return [virtual, "under the monitor"] }
      let origin = String(allocation.origin, radix: 16, uppercase: true)
      return [virtual, "on the real machine, its storage at 0x\(origin)"]
    case .equalButFor(let role):
      return [first, "with \(role == .timer ? "timer" : role.rawValue) state changed"]
    case .equalButForGate(let gate):
      return [first, "with \(bench.layout.gates[gate].name) changed"]
    }
  }

  private func sentence(_ definition: any Definition) -> String {
    switch definition {
    case is Retires: return "It retires in \(definition.mode.rawValue) mode."
    case is SupervisorRetiresWhereUserTraps:
      return "Supervisor mode retires where user mode traps."
    case is PrivilegeTraps: return "It privilege-traps in supervisor mode."
    case let control as ControlSensitive:
      return control.roles == .strictControl
        ? "It retires with the mode or the map changed."
        : "It retires with state changed that a monitor must own."
    case is BreaksInvariants: return "It leaves a state that no invariant permits."
    case is ModeSensitive: return "Equal but for the mode, the two states go different ways."
    case is LocationSensitive: return "Moving the map changes more than the map."
    case let resource as ResourceSensitive:
      let role = resource.role == .timer ? "timer" : resource.role.rawValue
      return "Equal but for \(role) state, the two states lead to different results."
    case is Hole: return "On the real machine it goes on, and not as on the virtual one."
    case let gated as Gated: return "\(gated.name) decides whether it retires or traps."
    default: return definition.claim
    }
  }
}
