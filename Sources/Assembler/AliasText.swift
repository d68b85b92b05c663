import ISACore

extension Alias.Line {
  /// The texts of the holes if a line's operands are these; nil if they are not.
  ///
  /// Blanks count only between words, and capitals not at all. A hole is filled with the shortest
  /// text that lets the rest fit, in which parentheses and brackets are closed again.
  func match(_ operands: String) -> [String: String]? {
    var steps = 0
    return match(operands[...], operands: self.operands[...], [:], &steps)
  }

  /// Bounds the work on a line of many commas.
  private static let mostSteps = 4096

  private func match(
    _ text: Substring, operands: ArraySlice<Alias.Piece>, _ found: [String: String],
    _ steps: inout Int
  ) -> [String: String]? {
    steps += 1
    guard steps <= Self.mostSteps else { return nil }
    let text = text.drop { $0 == " " || $0 == "\t" }
    switch operands.first {
    case nil: return text.isEmpty ? found : nil
    case .literal(let literal):
      guard let rest = Self.drop(literal, from: text) else { return nil }
      return match(rest, operands: operands.dropFirst(), found, &steps)
    case .hole(let name):
      var depth = 0
      var end = text.startIndex
      while end < text.endIndex {
        switch text[end] {
        case "(", "[": depth += 1
        case ")", "]": depth -= 1
        default: break
        }
        guard depth >= 0 else { return nil }
        end = text.index(after: end)
        guard depth == 0 else { continue }
        var filled = text[..<end]
        while let last = filled.last, last == " " || last == "\t" { filled.removeLast() }
        if let earlier = found[name], earlier.lowercased() != filled.lowercased() { continue }
        let more = found.merging([name: String(filled)]) { old, _ in old }
        if let result = match(text[end...], operands: operands.dropFirst(), more, &steps) {
          return result
        }
      }
      return nil
    }
  }

  private static func drop(_ literal: String, from text: Substring) -> Substring? {
    var text = text
    for character in literal {
      if character == " " || character == "\t" {
        text = text.drop { $0 == " " || $0 == "\t" }
        continue
      }
      text = text.drop { $0 == " " || $0 == "\t" }
      guard let next = text.first, next.lowercased() == character.lowercased() else { return nil }
      text = text.dropFirst()
    }
    return text
  }

  /// The line with its holes filled.
  func text(_ holes: [String: String]) -> String {
    let operands = operands.map { piece in
      switch piece {
      case .literal(let text): text
      case .hole(let name): holes[name] ?? ""
      }
    }.joined()
    return operands.isEmpty ? mnemonic : "\(mnemonic) \(operands)"
  }

  /// As a user would read it: `mov a, rd`.
  var usage: String {
    text(Dictionary(holes.map { ($0, $0) }, uniquingKeysWith: { first, _ in first }))
  }
}

extension FormTable {
  /// The lines that a line stands for by the first alias that fits it, each an instruction.
  ///
  /// - Throws: what is wrong with the operands, if some alias is written so.
  func aliased(
    _ mnemonic: String, at offset: Int, _ operands: LineScanner
  ) throws(LineError) -> [(text: [UInt8], line: InstructionLine)]? {
    let candidates = isa.aliases.filter { $0.written.mnemonic.uppercased() == mnemonic }
    let rest = String(
      decoding: operands.bytes[min(operands.offset, operands.bytes.count)...], as: UTF8.self)
    var failure: LineError?
    for alias in candidates {
      guard let holes = alias.written.match(rest) else { continue }
      do throws(LineError) {
        return try lines(alias, holes, at: offset)
      } catch {
        failure = failure ?? error
      }
    }
    if let failure { throw failure }
    guard let first = candidates.first else { return nil }
    throw LineError(
      "the operands do not fit", at: offset, help: "write `\(first.written.usage)`")
  }

  private func lines(
    _ alias: Alias, _ holes: [String: String], at offset: Int
  ) throws(LineError) -> [(text: [UInt8], line: InstructionLine)] {
    var lines: [(text: [UInt8], line: InstructionLine)] = []
    for meaning in alias.meanings {
      let text = meaning.text(holes)
      do throws(LineError) {
        let statement = try AssemblyStatement(line: 1, bytes: Array(text.utf8)[...])
        guard case .instruction(let mnemonic, let start, let operands) = statement.body else {
          throw LineError("no instruction", at: 0)
        }
        lines.append(
          (
            statement.bytes,
            try InstructionLine(mnemonic: mnemonic, at: start, operands: operands, table: self)
          ))
      } catch {
        throw LineError("it stands for `\(text)`: \(error.message)", at: offset, help: error.help)
      }
    }
    return lines
  }
}
