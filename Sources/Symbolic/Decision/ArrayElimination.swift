import ISACore
import Terms

/// Takes the arrays out of a question: reads over writes and choices become choices between
/// values, and what is read from an array variable becomes a variable of its own.
///
/// Left to state is that equal indices read equal values (Ackermann); `Decision` does so for
/// the reads that a model gets wrong.
struct ArrayElimination {
  /// A read from an array variable.
  struct Read {
    var array: Term
    /// Free of arrays.
    var index: Term
    /// The variable that stands for the element.
    var value: Term
  }

  private let arena: TermArena
  private let termLimit: Int
  private var images: [Term: Term] = [:]
  private(set) var reads: [Read] = []

  private struct Place: Hashable {
    var array: Term
    var index: Term
  }
  private var elements: [Place: Term] = [:]

  /// - Parameter termLimit: how large the arena may become.
  init(_ arena: TermArena, termLimit: Int) {
    self.arena = arena
    self.termLimit = termLimit
  }

  /// `question` without arrays; nil when the limit is reached.
  mutating func eliminate(_ question: Term) -> Term? {
    for term in arena.cone(of: [question]) {
      let node = arena.node(term)
      // Array terms have no image; reads look at their operands' images.
      if node.indexWidth > 0 { continue }
      if node.op == .select {
        guard let value = element(of: node.first, at: images[node.second]!) else { return nil }
        images[term] = value
      } else {
        images[term] = arena.rebuilt(term) { images[$0]! }
      }
      if arena.count > termLimit { return nil }
    }
    return images[question]
  }

  private mutating func element(of array: Term, at index: Term) -> Term? {
    var pending = [array]
    while let next = pending.last {
      let place = Place(array: next, index: index)
      if elements[place] != nil {
        pending.removeLast()
        continue
      }
      if arena.count > termLimit { return nil }
      let node = arena.node(next)
      switch node.op {
      case .store:
        let isHere = arena.eq(images[node.second]!, index)
        if isHere == arena.yes {
          elements[place] = images[node.third]!
        } else if let rest = elements[Place(array: node.first, index: index)] {
          elements[place] = arena.ite(isHere, images[node.third]!, rest)
        } else {
          pending.append(node.first)
        }
      case .ite:
        let then = elements[Place(array: node.second, index: index)]
        let otherwise = elements[Place(array: node.third, index: index)]
        if let then, let otherwise {
          elements[place] = arena.ite(images[node.first]!, then, otherwise)
        } else {
          if then == nil { pending.append(node.second) }
          if otherwise == nil { pending.append(node.third) }
        }
      case .constantArray:
        elements[place] = images[node.first]!
      default:
        let value = arena.variable("read#\(reads.count)", width: Int(node.width))
        reads.append(Read(array: next, index: index, value: value))
        elements[place] = value
      }
    }
    return elements[Place(array: array, index: index)]
  }
}

extension TermArena {
  /// A bit that is 1 for some value of a new index variable exactly if the arrays differ; the
  /// constant 0 if they are one term.
  public func arraysDiffer(_ x: Term, _ y: Term) -> Term {
    guard x != y, case .array(let indexWidth, _) = sort(of: x) else { return no }
    let witness = variable("differing index", width: indexWidth)
    return not(eq(select(x, at: witness), select(y, at: witness)))
  }
}
