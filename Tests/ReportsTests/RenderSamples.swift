import Foundation
import Reports
import Testing
@Test func render() throws {
  let machine = SampleMachine().isa
  let c = SampleVerdicts.classification(of: machine)
  for f in ReportSet.files(for: machine, c) { try AtomicFile.write(f.contents, to: "/tmp/rp/out/" + f.name) }
  let (m2, c2) = SampleVerdicts.virtualizable(machine)
  for f in ReportSet.files(for: m2, c2) { try AtomicFile.write(f.contents, to: "/tmp/rp/out/v-" + f.name) }
  try AtomicFile.write(TextReport.classification(machine, c), to: "/tmp/rp/out/c.txt")
  var s = ""
  for i in [0, 2, 6, 11, 13, 14, 15, 40] { s += TextReport.explain(machine, c, entry: i) + "\n=====\n" }
  try AtomicFile.write(s, to: "/tmp/rp/out/e.txt")
}
