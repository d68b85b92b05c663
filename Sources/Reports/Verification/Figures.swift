/// Numbers as people read them.
enum Figures {
  /// `12,345,678`.
  static func grouped(_ number: some BinaryInteger) -> String {
    let digits = String(number)
    var text = ""
    for (index, digit) in digits.enumerated() {
      if index > 0, (digits.count - index) % 3 == 0, digits.first != "-" || index > 1 {
        text += ","
      }
      text.append(digit)
    }
    return text
  }

  /// With a fixed count of decimals; `∞` for what has no end.
  static func decimal(_ number: Double, _ places: Int = 1) -> String {
    guard number.isFinite, abs(number) < 1e15 else { return "\u{221E}" }
    let scale = (0..<places).reduce(1) { power, _ in power * 10 }
    let scaled = Int((abs(number) * Double(scale)).rounded())
    let sign = number < 0 && scaled != 0 ? "-" : ""
    guard places > 0 else { return sign + grouped(scaled) }
    let fraction = String(scaled % scale)
    let zeros = String(repeating: "0", count: places - fraction.count)
    return sign + grouped(scaled / scale) + "." + zeros + fraction
  }

  static func percent(_ fraction: Double) -> String { decimal(100 * fraction) + " %" }
}
