using System.Text;
using System.Text.Json;
using FluentAssertions;
using Xunit;

namespace SelfHeal.Cli.Tests;

public sealed class HealTests : IDisposable
{
    private readonly Tool _tool = new();

    public void Dispose() => _tool.Dispose();

    [Fact(Timeout = 180_000)]
    public async Task Bc_is_recorded_healed_and_run_with_its_patch()
    {
        string bc = await Tool.BcAsync("more_arrays");
        _tool.Write("in.bc", ManyVariables(92, 66));
        Tool.Result right = await _tool.SelfHealAsync(
            "", ["record", "-o", "right", "--", await Tool.BcAsync("none"), "-q", "in.bc"]);

        Tool.Result failed = await _tool.SelfHealAsync("", ["record", "-o", "run", "--", bc, "-q", "in.bc"]);
        Tool.Result healed = await _tool.SelfHealAsync("heal", "run", "-o", "bc.ep");
        Tool.Result patched = await _tool.SelfHealAsync("", ["run", "--patch", "bc.ep", "-o", "run2", "--", bc, "-q", "in.bc"]);

        failed.Code.Should().Be(128 + 6);
        failed.ErrorLines.Should().Contain(l => l.StartsWith("selfheal: ") && l.Contains("selfheal heal run"));
        healed.Code.Should().Be(0, healed.Error);
        healed.Output.Should().Contain("more_arrays storage.c:173").And.Contain("512 bytes");
        patched.Code.Should().Be(0);
        patched.Output.Should().Be(right.Output).And.NotBeEmpty();
        (await _tool.SelfHealAsync("patch", "check", "bc.ep", bc)).Code.Should().Be(0);
        (await _tool.SelfHealAsync("log", "run2")).Output.Should().Contain("hits: pad");
    }

    [Fact(Timeout = 180_000)]
    public async Task A_silent_overflow_is_found_by_guard_and_patched()
    {
        _tool.Write("in.bc", ManyVariables(1, 40));
        Tool.Result run = await _tool.SelfHealAsync(
            "", ["record", "-o", "run", "--", await Tool.BcAsync("lookup"), "-q", "in.bc"]);

        Tool.Result guard = await _tool.SelfHealAsync("replay", "run", "--guard");
        Tool.Result healed = await _tool.SelfHealAsync("heal", "run", "-o", "bc.ep", "--json");

        run.Code.Should().Be(0);
        guard.Output.Should().Contain("8 bytes").And.Contain("more_arrays storage.c:174");
        healed.Code.Should().Be(0, healed.Error);
        using JsonDocument json = JsonDocument.Parse(healed.Output);
        File.Exists(_tool.At("bc.ep")).Should().BeTrue();
    }

    [Fact(Timeout = 180_000)]
    public async Task A_violated_invariant_that_no_change_of_the_heap_helps_is_not_healed()
    {
        await _tool.SelfHealAsync("", ["record", "-o", "run", "--", "echo", "wrong"]);

        Tool.Result result = await _tool.SelfHealAsync("heal", "run", "--invariant", "false");

        result.Code.Should().Be(1);
        result.Output.Should().NotBeEmpty();
    }

    private static string ManyVariables(int scalars, int arrays)
    {
        StringBuilder text = new();
        for (int i = 0; i < scalars; i++)
        {
            text.Append($"v{i}={i}\n");
        }

        for (int i = 0; i < arrays; i++)
        {
            text.Append($"a{i}[0]={i}\n");
        }

        return text.Append("v0+a0[0]\n2^100\n").ToString();
    }
}
