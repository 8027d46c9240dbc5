using System.Text.Json;
using FluentAssertions;
using Xunit;

namespace SelfHeal.Cli.Tests;

public sealed class PatchTests : IDisposable
{
    private const string Good = """
        selfheal-patch 1
        module bc 00112233445566778899aabbccddeeff00112233
        <bc+0xa1c4 bc+0x8b0e> : Pad Allocation 512
        # bc_malloc util.c:577 < more_arrays storage.c:173

        """;

    private readonly Tool _tool = new();

    public void Dispose() => _tool.Dispose();

    [Fact(Timeout = 60_000)]
    public async Task Show_says_what_an_entry_means()
    {
        _tool.Write("p.ep", Good);

        Tool.Result result = await _tool.SelfHealAsync("patch", "show", "p.ep");

        result.Code.Should().Be(0);
        result.Output.Should().Contain("1 entry").And.Contain("at least 512 bytes more")
            .And.Contain("bc+0xa1c4 bc+0x8b0e").And.Contain("more_arrays storage.c:173");
    }

    [Fact(Timeout = 60_000)]
    public async Task Show_as_json_can_be_parsed()
    {
        _tool.Write("p.ep", Good);

        Tool.Result result = await _tool.SelfHealAsync("patch", "show", "p.ep", "--json");

        using JsonDocument json = JsonDocument.Parse(result.Output);
        json.RootElement.GetProperty("entries")[0].GetProperty("bytes").GetInt64().Should().Be(512);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_hold_is_shown_with_its_symbols_and_as_json()
    {
        _tool.Write("p.ep", Good.Replace("Pad Allocation 512", "Hold Schedule 12", StringComparison.Ordinal));

        Tool.Result text = await _tool.SelfHealAsync("patch", "show", "p.ep");
        Tool.Result json = await _tool.SelfHealAsync("patch", "show", "p.ep", "--json");

        text.Output.Should().Contain("hold: a thread is not switched out at this call stack, nor at its next 11 places")
            .And.Contain("bc+0xa1c4 bc+0x8b0e").And.Contain("more_arrays storage.c:173");
        using JsonDocument parsed = JsonDocument.Parse(json.Output);
        JsonElement entry = parsed.RootElement.GetProperty("entries")[0];
        entry.GetProperty("action").GetString().Should().Be("Hold Schedule");
        entry.GetProperty("places").GetInt64().Should().Be(12);
        entry.TryGetProperty("bytes", out _).Should().BeFalse();
    }

    [Fact(Timeout = 60_000)]
    public async Task A_hold_for_another_build_is_exit_code_1()
    {
        _tool.Write("p.ep", Good.Replace("Pad Allocation 512", "Hold Schedule 12", StringComparison.Ordinal));

        Tool.Result result = await _tool.SelfHealAsync("patch", "check", "p.ep", await Tool.BcAsync("none"));

        result.Code.Should().Be(1);
        result.Output.Should().Contain("heal it again");
    }

    [Theory(Timeout = 60_000)]
    [InlineData("Pad Allocation 512", "Do Magic 512", "Do Magic")]
    [InlineData("module bc 00", "module dc 00", "bc")]
    [InlineData("selfheal-patch 1", "selfheal-patch 9", "9")]
    public async Task A_malformed_patch_is_exit_code_5_and_names_file_and_line(string old, string bad, string named)
    {
        _tool.Write("p.ep", Good.Replace(old, bad, StringComparison.Ordinal));

        Tool.Result result = await _tool.SelfHealAsync("patch", "show", "p.ep");

        result.Code.Should().Be(5);
        result.Error.Should().Contain("p.ep").And.Contain(named);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_patch_for_another_build_is_exit_code_1()
    {
        _tool.Write("p.ep", Good);

        Tool.Result result = await _tool.SelfHealAsync("patch", "check", "p.ep", await Tool.BcAsync("none"));

        result.Code.Should().Be(1);
        result.Output.Should().Contain("00112233");
    }

    [Fact(Timeout = 60_000)]
    public async Task Running_with_a_patch_for_another_build_is_refused_before_the_program_starts()
    {
        _tool.Write("p.ep", Good);

        Tool.Result result = await _tool.SelfHealAsync("1+1\n", ["run", "--patch", "p.ep", "--", await Tool.BcAsync("none")]);

        result.Code.Should().Be(125);
        result.Output.Should().BeEmpty();
        result.ErrorLines.Should().ContainSingle().Which.Should().Contain("00112233");
    }
}
