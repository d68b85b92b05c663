import Assembler
import ISACore

/// The assembler's listing: address, units, text.
enum ListingText {
  /// Units shown on one line; what does not fit is cut short.
  private static let unitsShown = 8

  static func text(_ output: Assembler.Output, unitWidth: Int) -> String {
    let digits = (unitWidth + 3) / 4
    let shown = unitWidth > 8 ? max(1, unitsShown * 2 / digits) : unitsShown
    let width = shown * (unitWidth > 8 ? digits + 1 : digits) + 1
    var text = ""
    for line in output.listing {
      var units = line.units.prefix(shown)
        .map { BitVector($0, width: unitWidth).hex }
        .joined(separator: unitWidth > 8 ? " " : "")
      if line.units.count > shown { units += "…" }
      let blanks = String(repeating: " ", count: max(1, width - units.count + 1))
      let address = String(line.address, radix: 16, uppercase: true)
      let margin = String(repeating: " ", count: max(0, 6 - address.count))
      text += "\(margin)\(address)  \(units)\(blanks)\(line.text)\n"
    }
    for symbol in output.symbols {
      text += "\(symbol.name) = 0x\(String(symbol.value, radix: 16, uppercase: true))\n"
    }
    return text
  }
}
