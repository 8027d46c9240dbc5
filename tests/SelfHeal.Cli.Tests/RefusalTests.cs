using System.Diagnostics;
using FluentAssertions;
using Xunit;

namespace SelfHeal.Cli.Tests;

/// <summary>What cannot be recorded is refused with one sentence, before the program has done anything.</summary>
public sealed class RefusalTests : IDisposable
{
    private readonly Tool _tool = new();

    public void Dispose() => _tool.Dispose();

    [Fact(Timeout = 60_000)]
    public async Task A_static_program_is_refused()
    {
        await RefusedAsync("/sbin/ldconfig", "static");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_setuid_program_is_refused()
    {
        string copy = _tool.At("setuid");
        File.Copy("/bin/true", copy);
        File.SetUnixFileMode(copy, File.GetUnixFileMode(copy) | UnixFileMode.SetUser);

        await RefusedAsync(copy, "setuid");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_script_without_interpreter_line_is_refused()
    {
        string script = _tool.Write("script", "true\n");
        File.SetUnixFileMode(script, UnixFileMode.UserRead | UnixFileMode.UserExecute);

        await RefusedAsync(script, "script");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_run_directory_that_cannot_be_made_is_one_sentence()
    {
        _tool.Write("file", "");

        Tool.Result result = await _tool.SelfHealAsync("record", "-o", "file/run", "--", "echo", "no");

        result.Code.Should().Be(125);
        result.Output.Should().BeEmpty();
        result.ErrorLines.Should().ContainSingle().Which.Should().Contain("file/run");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_missing_state_directory_is_one_sentence()
    {
        Tool.Result result = await _tool.SelfHealAsync("record", "--state", "nowhere", "--", "echo", "no");

        result.Code.Should().Be(125);
        result.Output.Should().BeEmpty();
        result.ErrorLines.Should().ContainSingle().Which.Should().Contain("nowhere");
    }

    [Theory(Timeout = 60_000)]
    [InlineData("100k")]
    [InlineData("300k")]
    [InlineData("1500k")]
    [InlineData("20m")]
    public async Task A_full_disk_does_not_stop_the_program_and_is_said_in_one_line(string size)
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "mounting a small tmpfs needs root");

        Tool.Result result = await OnSmallDiskAsync(size);

        result.ErrorLines.Should().ContainSingle(result.ToString()).Which.Should().StartWith("selfheal: ");
        result.Code.Should().BeOneOf([0, 125], result.ToString()); // 125: not even run.json could be written
        result.Output.Should().Be(result.Code == 0 ? "30000000\n" : "", result.ToString());
    }

    [Fact(Timeout = 60_000)]
    public async Task With_must_record_a_full_disk_ends_the_program()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "mounting a small tmpfs needs root");

        Tool.Result result = await OnSmallDiskAsync("1500k", "--must-record");

        result.Code.Should().NotBe(0, result.ToString());
        result.Output.Should().BeEmpty();
        result.ErrorLines.Should().Contain(l => l.Contains("disk"));
    }

    /// <summary>Records a reader of 30 MB; the run directory is on a file system of that size.</summary>
    private async Task<Tool.Result> OnSmallDiskAsync(string size, params string[] options)
    {
        Directory.CreateDirectory(_tool.At("small"));
        string tool = Path.Combine(AppContext.BaseDirectory, "SelfHeal.Cli.dll");
        string record = $"dotnet {tool} record {string.Join(' ', options)} -o small/run -- wc -c";
        // In a mount namespace of its own, so that nothing is left mounted whatever happens.
        ProcessStartInfo start = new("unshare", ["-m", "sh", "-c",
            $"mount -t tmpfs -o size={size} none small && head -c 30000000 /dev/zero 2>/dev/null | {record}"])
        {
            WorkingDirectory = _tool.Directory,
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process process = Process.Start(start)!;
        return await Tool.FinishAsync(process);
    }

    private async Task RefusedAsync(string program, string why)
    {
        Tool.Result result = await _tool.SelfHealAsync("record", "-o", "run", "--", program);

        result.Code.Should().Be(126, result.ToString());
        result.Output.Should().BeEmpty();
        result.ErrorLines.Should().ContainSingle().Which.Should().Contain(program).And.Contain(why);
    }
}
