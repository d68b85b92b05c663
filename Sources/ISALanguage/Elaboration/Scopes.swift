/// What names mean at the point of a program that is being elaborated.
///
/// Few are in sight at once, most of them short: looking along them is faster than a table, which
/// would have to be made for everything that is inlined.
struct Scopes {
  private var entries: [(name: String, binding: Binding)] = []
  /// Where the innermost scope starts.
  private var innermost = 0
  /// Where what is in sight starts: inside of what is inlined nothing of its caller is.
  private var horizon = 0

  /// What is open at some point.
  struct Mark {
    fileprivate var count: Int
    fileprivate var innermost: Int
    fileprivate var horizon: Int
  }

  /// How many names are in sight, hidden ones included.
  var count: Int { entries.count - horizon }

  /// Opens a scope inside of those that are open.
  mutating func open() -> Mark {
    defer { innermost = entries.count }
    return Mark(count: entries.count, innermost: innermost, horizon: horizon)
  }

  /// Opens a scope from which nothing but `bindings` can be seen.
  mutating func open(seeing bindings: NamedBindings) -> Mark {
    let mark = open()
    horizon = entries.count
    for (name, binding) in zip(bindings.names, bindings.values) {
      if let binding { entries.append((name, binding)) }
    }
    return mark
  }

  /// Closes the scope that was opened last.
  mutating func close(_ mark: Mark) {
    entries.removeLast(entries.count - mark.count)
    innermost = mark.innermost
    horizon = mark.horizon
  }

  mutating func bind(_ name: String, _ binding: Binding) { entries.append((name, binding)) }

  subscript(name: String) -> Binding? {
    entries[horizon...].last { $0.name == name }?.binding
  }

  /// Whether a name has a meaning in the innermost scope.
  func isBound(_ name: String) -> Bool {
    entries[innermost...].contains { $0.name == name }
  }

  /// All names in sight.
  var names: [String] { entries[horizon...].map(\.name) }
}
