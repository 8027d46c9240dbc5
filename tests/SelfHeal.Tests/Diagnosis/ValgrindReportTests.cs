using FluentAssertions;
using SelfHeal.Diagnosis;
using SelfHeal.Log;
using Xunit;

namespace SelfHeal.Tests.Diagnosis;

public sealed class ValgrindReportTests
{
    private const string Report = """
        <?xml version="1.0"?>
        <valgrindoutput>
        <error><unique>0x0</unique><tid>1</tid><kind>InvalidWrite</kind><what>Invalid write of size 8</what>
        <stack><frame><ip>0x10A1C3</ip><obj>/opt/prog</obj><fn>fill</fn><dir>/src</dir><file>prog.c</file><line>9</line></frame>
        <frame><ip>0x10B000</ip><obj>/opt/prog</obj><fn>main</fn></frame></stack>
        <auxwhat>Address 0x4a9c240 is 0 bytes after a block of size 512 alloc'd</auxwhat>
        <stack><frame><ip>0x48407B4</ip><obj>/usr/libexec/valgrind/vgpreload_memcheck-amd64-linux.so</obj><fn>malloc</fn></frame>
        <frame><ip>0x10A100</ip><obj>/opt/prog</obj><fn>inner</fn></frame>
        <frame><ip>0x10A100</ip><obj>/opt/prog</obj><fn>outer</fn></frame>
        <frame><ip>0x10B0FF</ip><obj>/opt/prog</obj><fn>main</fn></frame></stack></error>
        <error><unique>0x1</unique><tid>1</tid><kind>InvalidWrite</kind><what>Invalid write of size 8</what>
        <stack><frame><ip>0x10A1C3</ip><obj>/opt/prog</obj><fn>fill</fn></frame></stack>
        <auxwhat>Address 0x4a9c400 is 1,016 bytes after a block of size 512 alloc'd</auxwhat>
        <stack><frame><ip>0x10A100</ip><obj>/opt/prog</obj></frame><frame><ip>0x10B0FF</ip><obj>/opt/prog</obj></frame></stack></error>
        </valgrindoutput>
        """;

    [Fact]
    public void Writes_beyond_one_block_are_one_finding_with_the_farthest_extent()
    {
        OverflowFinding finding = ValgrindReport.Parse(Report).Should().ContainSingle().Subject;

        (finding.Kind, finding.Size, finding.First, finding.Extent).Should().Be((OverflowKind.WriteAfter, 512, 512, 1024));
        finding.AllocationStack.Select(frame => frame.Address).Should().Equal(0x10A101, 0x10B100);
        finding.AllocationStack[0].ToString().Should().Be("inner < outer");
    }

    [Theory]
    [InlineData(0x2101, 0x3100, true)]
    [InlineData(0x2101, 0x4100, false)]
    [InlineData(0x2102, 0x3100, false)]
    public void The_same_allocation_is_told_by_one_load_bias(ulong first, ulong second, bool same)
    {
        StackFrame[] stack = [Frame(first), Frame(second)];
        new ValgrindResult(ValgrindReport.Parse(Report), default)
            .NamesSameAllocation(new OverflowFinding(OverflowKind.WriteAfter, 512, 512, 512, 1, stack, [])).Should().Be(same);
    }

    [Fact]
    public void A_report_that_breaks_off_is_read_as_far_as_it_goes()
    {
        int first = Report.IndexOf("</error>", StringComparison.Ordinal);
        for (int length = 0; length < Report.Length; length += 7)
        {
            ValgrindReport.Parse(Report[..length]).Count.Should().BeInRange(length > first + 30 ? 1 : 0, 1);
        }
    }

    private static StackFrame Frame(ulong offset) => new(0x7f0000000000 + offset, "prog", "/opt/prog", offset, []);
}
