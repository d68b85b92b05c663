import ISACore
import Machine

extension AssemblyProgram {
  /// One walk over the program, with the symbols' values of the walk before.
  struct Pass {
    private let program: AssemblyProgram
    private let mayShrink: Bool
    private let isFinal: Bool
    private(set) var sizes: [Int] = []
    private(set) var symbols: [String: AssemblyValue]
    private(set) var errors: [(LineError, statement: Int)] = []
    /// The last pass only.
    private(set) var segments: [(address: UInt64, units: [UInt128])] = []
    private(set) var placed: [(address: UInt64, units: [UInt128])] = []
    private var location: UInt64 = 0
    private var total = 0
    private var bases: [(address: Int128, register: UInt128)] = []
    /// The decode-time variables before any prefix.
    private var settings: [UInt128]
    /// The same behind the prefixes that stand before the next instruction.
    private var contexts: [UInt128]

    init(program: AssemblyProgram, mayShrink: Bool, isFinal: Bool) {
      self.program = program
      self.mayShrink = mayShrink
      self.isFinal = isFinal
      symbols = program.symbols
      settings = program.table.initialContexts
      contexts = settings
      sizes.reserveCapacity(program.sizes.count)
    }

    mutating func perform() {
      for index in program.statements.indices {
        let start = location
        for label in program.statements[index].labels {
          symbols[label.name] = AssemblyValue(number: Int128(location), relocation: 1)
        }
        var units: [UInt128] = []
        do {
          units = try self.units(of: index)
        } catch {
          errors.append((error, index))
        }
        if isFinal { place(units, of: index, from: start) }
        sizes.append(units.count)
        location &+= UInt64(units.count)
        total += units.count
        if total > MemoryImage.mostUnits {
          errors.append((LineError("the program is too large", at: 0), index))
          sizes += [Int](repeating: 0, count: program.statements.count - sizes.count)
          return
        }
      }
    }

    private mutating func place(_ units: [UInt128], of index: Int, from start: UInt64) {
      placed.append((units.isEmpty ? start : location, units))
      guard !units.isEmpty else { return }
      if let last = segments.last, last.address + UInt64(last.units.count) == location {
        segments[segments.count - 1].units += units
      } else {
        segments.append((location, units))
      }
    }

    /// The units of a statement; moves the location for `.org`.
    private mutating func units(of index: Int) throws(LineError) -> [UInt128] {
      switch program.statements[index].body {
      case .empty: return []
      case .directive(let directive): return try units(of: directive)
      case .instruction(let mnemonic, _, let operands):
        guard let line = program.instructions[index] else {
          guard let prefix = program.table.prefixes[mnemonic] else { return [] }
          guard operands.isAtEnd else {
            throw LineError("a prefix stands alone in its line", at: operands.offset)
          }
          contexts = program.table.decoder.contexts(after: prefix, from: contexts)
          return program.table.decoder.encode(prefix: prefix)
        }
        defer { contexts = settings }
        let surroundings = InstructionLine.Surroundings(
          here: location, symbol: lookUp, bases: bases, contexts: contexts)
        let least = mayShrink ? 0 : program.sizes[index]
        do {
          return try line.encode(program.table, in: surroundings, least: least).units
        } catch {
          // Addresses are still on the move: keep the size and look again in the next pass.
          guard !isFinal else { throw error }
          let size = max(program.sizes[index], line.candidates[0].length)
          return [UInt128](repeating: 0, count: size)
        }
      }
    }

    /// A symbol's value; one that no pass has reached yet is near.
    private var lookUp: (String) -> AssemblyValue? {
      let (symbols, declarations, location) = (symbols, program.declarations, location)
      let isFinal = isFinal
      return { name in
        if let value = symbols[name] { return value }
        return declarations[name] != nil && !isFinal
          ? AssemblyValue(number: Int128(location), relocation: 1) : nil
      }
    }

    private func number(_ expression: AssemblyExpression) throws(LineError) -> Int128 {
      try expression.value(here: location, symbol: lookUp).number
    }

    /// A value that must be a count or an address.
    private func magnitude(_ expression: AssemblyExpression) throws(LineError) -> UInt64 {
      let value = try number(expression)
      let largest = BitVector.mask(program.table.addressWidth)
      guard value >= 0, UInt128(value) <= largest else {
        throw LineError("\(value) is no address of this machine", at: expression.offset)
      }
      return UInt64(value)
    }

    private mutating func units(of directive: Directive) throws(LineError) -> [UInt128] {
      switch directive {
      case .origin(let address):
        location = try magnitude(address)
        return []
      case .align(let expression):
        let unit = try magnitude(expression)
        guard unit > 0 else { throw LineError("expected a positive number", at: expression.offset) }
        return try fill(location % unit == 0 ? 0 : unit - location % unit, with: 0, expression)
      case .space(let count, let filling):
        var unit: UInt128 = 0
        if let filling { unit = try datum(filling, bits: program.unitWidth)[0] }
        return try fill(try magnitude(count), with: unit, count)
      case .data(let bits, let values):
        var units: [UInt128] = []
        for value in values { units += try datum(value, bits: bits ?? program.unitWidth) }
        return units
      case .characters(let bytes):
        return bytes.flatMap { split(UInt128($0), bits: 8) }
      case .equate(let name, let value, _):
        let result = try value.value(here: location, symbol: lookUp)
        symbols[name] = result
        return []
      case .using(let address, let register):
        let base = try number(address)
        let index = try number(register)
        guard index >= 0 else { throw LineError("no such register", at: register.offset) }
        bases.removeAll { $0.register == UInt128(index) }
        bases.append((base, UInt128(index)))
        return []
      case .endUsing:
        bases = []
        return []
      case .context(let name, let value, let offset):
        let contexts = program.table.isa.contexts
        guard let index = contexts.firstIndex(where: { $0.name == name }) else {
          let near = Suggestion.closest(to: name, among: contexts.map(\.name))
          throw LineError(
            "no decode-time variable '\(name)'", at: offset, help: near.map { "write `\($0)`" })
        }
        settings[index] = try pattern(of: value, bits: contexts[index].width)
        self.contexts = settings
        return []
      }
    }

    private func fill(
      _ count: UInt64, with unit: UInt128, _ expression: AssemblyExpression
    ) throws(LineError) -> [UInt128] {
      guard count <= UInt64(MemoryImage.mostUnits) else {
        throw LineError("more units than a program may have", at: expression.offset)
      }
      return [UInt128](repeating: unit, count: Int(count))
    }

    /// The units of a number of `bits` bits; it may be written with or without a sign.
    private func datum(
      _ expression: AssemblyExpression, bits: Int
    ) throws(LineError) -> [UInt128] {
      split(try pattern(of: expression, bits: bits), bits: bits)
    }

    private func pattern(
      of expression: AssemblyExpression, bits: Int
    ) throws(LineError) -> UInt128 {
      let value = try number(expression)
      let pattern = UInt128(truncatingIfNeeded: value) & BitVector.mask(bits)
      let fits =
        value >= 0
        ? UInt128(value) == pattern : BitVector.signed(pattern, width: bits) == value
      guard fits || !isFinal else {
        throw LineError("\(value) does not fit \(bits) bits", at: expression.offset)
      }
      return pattern
    }

    private func split(_ pattern: UInt128, bits: Int) -> [UInt128] {
      let width = program.unitWidth
      let count = (bits + width - 1) / width
      let units = (0..<count).map { index in
        pattern >> UInt128(index * width) & BitVector.mask(width)
      }
      return program.table.isa.endianness == .little ? units : units.reversed()
    }
  }
}
