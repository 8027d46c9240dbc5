using System.Text.Json.Nodes;
using FluentAssertions;
using SelfHeal.Reports.Tables;
using Xunit;

namespace SelfHeal.Tests.Reports;

public sealed class Table1Tests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void What_was_written_is_read_again()
    {
        Table1 table = Example();
        table.Save(_directory.At("out/table1.json"));
        Table1 read = Table1.Read(_directory.At("out/table1.json"));
        read.Should().BeEquivalentTo(table);
        read.LoggedMean.Should().BeApproximately(Math.Sqrt(1.01 * 1.04), 1e-9);
        read.Rows[0].PaperLoggedRatio.Should().BeApproximately(1.1, 1e-9);
        Directory.EnumerateFiles(_directory.At("out")).Should().ContainSingle("it is written in one step");
    }

    [Fact]
    public void A_table_of_before_the_later_members_has_them_empty()
    {
        JsonObject document = JsonNode.Parse((Example() with { Rows = [Example().Rows[0]] }).ToJson())!.AsObject();
        document.Remove("missing").Should().BeTrue();
        document["rows"]![0]!.AsObject().Remove("notes").Should().BeTrue();
        File.WriteAllText(_directory.At("table1.json"), document.ToJsonString());
        Table1 read = Table1.Read(_directory.At("table1.json"));
        read.Missing.Should().BeEmpty();
        read.Rows[0].Notes.Should().BeEmpty();
    }

    [Fact]
    public void A_file_that_is_no_table_is_refused_with_one_sentence()
    {
        File.WriteAllText(_directory.At("bad.json"), """{"version": 1, "machine": "m", "rows": [{"name": "x"}]}""");
        Action incomplete = () => Table1.Read(_directory.At("bad.json"));
        incomplete.Should().Throw<SelfHealException>().WithMessage("*make table1*");
        Action missing = () => Table1.Read(_directory.At("missing.json"));
        missing.Should().Throw<SelfHealException>().WithMessage("*make table1*");
    }

    [Fact]
    public void Quartiles_of_four_values_lie_between_them() =>
        Quartiles.Of([4, 1, 3, 2]).Should().Be(new Quartiles(1.75, 2.5, 3.25));

    internal static Table1 Example() => new(Table1.CurrentVersion, new DateTimeOffset(2026, 11, 22, 12, 0, 0, TimeSpan.Zero), "2 x a processor, Linux 6.1",
    [
        new BugRow("bc-1", "bc 1.07.1", Near(4.1), Near(4.14), Near(4.15), new(1.0, 1.01, 1.02), new(0.995, 1.002, 1.01), 9, 1, 0.31, 12.2, 0.9,
            "512 bytes more behind one allocation", 310, 0.5, new PaperRow(8, 8.8, 1, 60, 9, "pad", 5000, 8.8)),
        new BugRow("mysql-1", "MariaDB 10.11", Near(5), Near(5.2), Near(5.22), new(1.02, 1.04, 1.07), new(0.98, 1.003, 1.02), 9, 2, null, null, 3.3,
            "one thread is not switched out at one place", 120_000, null, new PaperRow(15, 15.9, 1, null, null, null, null, null))
        {
            Notes = ["logged / original is above 1.03: the workload waits for the disk"],
        },
    ]);

    private static Quartiles Near(double value) => new(value * 0.98, value, value * 1.03);
}
