import ISACore
import Machine

/// Whether an interruption can become pending though only some registers change, and everything
/// else stands as it is.
///
/// The condition is evaluated with those registers unknown; where the answer is 0 all the same, a
/// mask keeps the interruption out for good, or nothing is left that could raise it.
public struct InterruptionEnabler: Sendable {
  private let condition: Program
  private let changing: Set<RegisterID>

  /// Larger conditions are not looked into: they are taken to be able to hold.
  private static let nodeLimit = 4096

  public init(_ condition: Program, changing: Set<RegisterID>) {
    self.condition = condition
    self.changing = changing
  }

  /// For a processor that waits while no device has anything to do.
  ///
  /// - Parameter ticks: all that happens then.
  init(_ condition: Program, ticks: [Tick]) {
    var written: Set<RegisterID> = []
    for tick in ticks {
      tick.program.forEachStatement { statement in
        if case .write(let register, _, _, _, _) = statement.kind { written.insert(register) }
      }
    }
    self.init(condition, changing: written)
  }

  /// Whether the condition can hold after some change.
  public func canHold(in machine: Machine) -> Bool {
    if condition.nodes.count > InterruptionEnabler.nodeLimit { return true }
    var evaluation = Evaluation(condition, machine, changing)
    evaluation.run(condition.body)
    guard let result = condition.result else { return true }
    return evaluation.locals[Int(result)] != 0
  }

  /// Values of nodes and locals; nil is unknown.
  private struct Evaluation {
    let program: Program
    let machine: Machine
    let changing: Set<RegisterID>
    var locals: [UInt128?]
    /// Values of nodes since the last change of a local.
    private var known: [ExpressionID: UInt128?] = [:]

    init(_ program: Program, _ machine: Machine, _ changing: Set<RegisterID>) {
      self.program = program
      self.machine = machine
      self.changing = changing
      locals = Array(repeating: 0, count: program.locals.count)
    }

    mutating func run(_ statements: [Statement]) {
      for statement in statements {
        defer { known.removeAll(keepingCapacity: true) }
        switch statement.kind {
        case .assign(let local, let value): locals[Int(local)] = self.value(value)
        case .branch(let condition, let then, let otherwise):
          switch value(condition) {
          case 0: run(otherwise)
          case .some: run(then)
          case nil:
            let before = locals
            known.removeAll(keepingCapacity: true)
            run(then)
            let afterThen = locals
            locals = before
            run(otherwise)
            for index in locals.indices where locals[index] != afterThen[index] {
              locals[index] = nil
            }
          }
        default:
          // Loads and loops: nothing is known of any local afterwards.
          for index in locals.indices { locals[index] = nil }
        }
      }
    }

    private mutating func value(_ id: ExpressionID) -> UInt128? {
      if let value = known[id] { return value }
      let value = computed(program[id], id)
      known[id] = .some(value)
      return value
    }

    private mutating func computed(_ node: Node, _ id: ExpressionID) -> UInt128? {
      switch node.op {
      case .constant: return program.constantValue(id)
      case .local: return locals[Int(node.a)]
      case .choice: return machine.choice(node.a)
      case .read: return read(node)
      case .field, .length, .context: return nil
      case .ite:
        guard let condition = value(node.a) else {
          let (then, otherwise) = (value(node.b), value(node.c))
          return then == otherwise ? then : nil
        }
        return condition == 0 ? value(node.c) : value(node.b)
      case .ieee: return nil
      default: break
      }
      let left = value(node.a)
      if node.op.shape == .unary {
        return left.map {
          Fold.unary(
            node.op, $0, width: program.width(node.a), resultWidth: Int(node.width),
            low: Int(node.b))
        }
      }
      let right = value(node.b)
      if node.op == .and, left == 0 || right == 0 { return 0 }
      guard let left, let right else { return nil }
      return Fold.binary(
        node.op, left, right, width: program.width(node.a), rightWidth: program.width(node.b))
    }

    /// A register's bits; unknown where they may change.
    private mutating func read(_ node: Node) -> UInt128? {
      let register = machine.isa.registers[Int(node.a)]
      guard !changing.contains(RegisterID(node.a)) else { return nil }
      let element: Int
      if node.b < 0 {
        element = 0
      } else {
        guard let index = value(node.b), index < UInt128(register.count) else { return nil }
        element = Int(index)
      }
      return machine.bits(RegisterID(node.a), element, low: Int(node.c), width: Int(node.width))
    }
  }
}
