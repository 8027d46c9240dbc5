using System.Diagnostics;
using FluentAssertions;
using SelfHeal.Diagnosis;
using SelfHeal.Hosts;
using SelfHeal.Log;
using SelfHeal.Replay;
using SelfHeal.Terminals;
using Xunit;

namespace SelfHeal.Tests.Hosts;

[Collection("containers")]
public sealed class DockerHostTests : IDisposable
{
    private const int Limit = 120_000;
    private const string Talk = "$| = 1; print time, ' ', rand, \"\\n\"; open F, '/etc/debian_version'; print <F>; print uc while <STDIN>; print `pwd`; exit 3";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly TemporaryDirectory _directory = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _directory.Dispose();

    [Theory(Timeout = Limit)]
    [InlineData(null)]
    [InlineData("1234:1234")]
    public async Task A_program_of_the_image_is_replayed_exactly(string? user)
    {
        await using DockerHost host = await DockerBase.HostAsync(options => options with { User = user });
        RunResult run = await host.RunAsync(Perl(Talk) with { Input = RunInput.FromText("hello\n"), Seed = 5, WorkingDirectory = "/var" }, Cancellation);
        run.Exit.Should().Be(new ExitStatus(3, null));
        run.StandardOutput.Should().Contain("12.").And.EndWith("HELLO\n/var\n");
        run.Directory.Info.Image!.Name.Should().Be(DockerBase.Image);
        run.Directory.Info.Environment.Should().Contain(entry => entry.StartsWith("PATH=", StringComparison.Ordinal)).And.NotContain(entry => entry.StartsWith("DOTNET", StringComparison.Ordinal));

        foreach (SandboxUse sandbox in (SandboxUse[])[SandboxUse.Required, SandboxUse.Off])
        {
            ReplayResult replay = await new Replayer(host).ReplayAsync(run.Directory, new ReplayOptions { Sandbox = sandbox }, Cancellation);
            replay.Sentence.Should().StartWith("The replay was exact");
            replay.SameOutput.Should().BeTrue();
        }
    }

    [Fact(Timeout = Limit)]
    public async Task A_failure_is_named_from_the_image_s_own_files_also_when_no_container_runs()
    {
        RunDirectory run;
        await using (DockerHost host = await DockerBase.HostAsync())
        {
            run = (await host.RunAsync(Perl("kill 11, $$") with { RunDirectory = _directory.At("run") }, Cancellation)).Directory;
        }

        run.Info.BuildId.Should().HaveLength(40);
        ModuleInfo perl = run.ReadModules().First(module => module.Name == "perl");
        perl.File.Should().Be(run.Info.Image!.Root + perl.Path);
        ElfImage.TryRead(perl.File)!.BuildId.Should().Be(perl.BuildId).And.Be(run.Info.BuildId);
        Diagnoser.Classify(run).Sentence.Should().StartWith("perl was killed by SIGSEGV");
    }

    [Fact(Timeout = Limit)]
    public async Task A_program_that_is_not_in_the_image_is_a_sentence()
    {
        await using DockerHost host = await DockerBase.HostAsync();
        await FluentActions.Awaiting(() => host.RunAsync(new RunRequest { Program = "valgrind" }, Cancellation))
            .Should().ThrowAsync<ProgramNotStartedException>().WithMessage($"The program valgrind is not in the image {DockerBase.Image}.");
    }

    [Fact(Timeout = Limit)]
    public async Task An_image_that_is_nowhere_is_a_sentence()
    {
        await using DockerHost host = await DockerBase.HostAsync(options => options with { Image = "localhost:1/selfheal-none" });
        await FluentActions.Awaiting(() => host.CommandAsync(Cancellation)).Should().ThrowAsync<SelfHealException>()
            .WithMessage("The container engine cannot pull the image localhost:1/selfheal-none, which is not on this machine (build it, or name another): *");
    }

    [Fact(Timeout = Limit)]
    public async Task Without_an_engine_the_sentence_says_how_to_get_one()
    {
        await using var host = new DockerHost(new DockerOptions { Image = DockerBase.Image, Engine = new DockerEngine("unix:///none/docker.sock") });
        await FluentActions.Awaiting(() => host.RunAsync(Perl("1"), Cancellation)).Should().ThrowAsync<EngineUnavailableException>()
            .WithMessage("No container engine answers (*unix:///none/docker.sock*): install one and start it (apt-get install docker.io; *");
    }

    [Fact(Timeout = Limit)]
    public async Task A_server_is_reached_by_its_port_and_replayed_exactly_without_a_network()
    {
        const string server = "use IO::Socket::INET; $| = 1; my $s = IO::Socket::INET->new(Listen => 5, LocalPort => 7777) or die; print \"ready\\n\"; "
            + "my $c = $s->accept; while (<$c>) { print $c uc; last if /bye/ } print \"served\\n\"";
        await using DockerHost host = await DockerBase.HostAsync(options => options with { Ports = [7777] });
        RunSession session = await host.StartAsync(Perl(server) with { RunDirectory = _directory.At("run") }, Cancellation);
        (await session.WaitForOutputAsync(text => text == "ready\n", Patience, Cancellation)).Should().BeTrue();
        using (var client = new System.Net.Sockets.TcpClient())
        {
            await client.ConnectAsync("127.0.0.1", await host.PortAsync(7777, Cancellation), Cancellation);
            using var reader = new StreamReader(client.GetStream());
            await client.GetStream().WriteAsync("hello\nbye\n"u8.ToArray(), Cancellation);
            (await reader.ReadToEndAsync(Cancellation)).Should().Be("HELLO\nBYE\n");
        }

        RunResult run = await session.FinishAsync(Cancellation);
        run.StandardOutput.Should().Be("ready\nserved\n");
        (await new Replayer(host).ReplayAsync(run.Directory, cancellationToken: Cancellation)).Sentence.Should().StartWith("The replay was exact");
        await session.DisposeAsync();
    }

    [Fact(Timeout = Limit)]
    public async Task A_state_directory_of_the_image_is_kept_as_it_was_and_a_replay_works_on_a_copy()
    {
        await using DockerHost host = await DockerBase.HostAsync(options => options with
        {
            Files = new Dictionary<string, string> { ["/var/spool/mine"] = Directory.CreateDirectory(_directory.At("spool")).FullName },
        });
        _directory.Write("spool/seed", "one\n");
        RunResult run = await host.RunAsync(
            Perl("open F, '+<', 'seed'; print <F>; print F \"two\\n\"; close F; open F, 'seed'; print <F>") with { WorkingDirectory = "/var/spool/mine", StateDirectories = ["/var/spool/mine"] },
            Cancellation);
        run.StandardOutput.Should().Be("one\none\ntwo\n");
        File.ReadAllText(run.Directory.At("state/0/seed")).Should().Be("one\n");
        await host.CopyOutAsync("/var/spool/mine/seed", _directory.At("seed"), Cancellation);
        File.ReadAllText(_directory.At("seed")).Should().Be("one\ntwo\n");

        ReplayResult replay = await new Replayer(host).ReplayAsync(run.Directory, cancellationToken: Cancellation);
        replay.Sentence.Should().StartWith("The replay was exact");
        File.ReadAllText(replay.Run.Directory.At("work/0/seed")).Should().Be("one\ntwo\n");
    }

    [Fact(Timeout = Limit)]
    public async Task A_run_over_its_time_is_killed_inside_with_all_that_it_started()
    {
        await using DockerHost host = await DockerBase.HostAsync();
        RunResult run = await host.RunAsync(
            new RunRequest { Program = "sh", Arguments = ["-c", "sleep 1000 & sleep 2000"], Mode = RunMode.Plain, Timeout = TimeSpan.FromSeconds(1) }, Cancellation);
        run.TimedOut.Should().BeTrue();
        RunResult after = await host.RunAsync(
            new RunRequest { Program = "sh", Arguments = ["-c", "cat /proc/[0-9]*/comm"], Mode = RunMode.Plain, Input = RunInput.None }, Cancellation);
        after.StandardOutput.Should().NotContain("sleep");
    }

    [Fact(Timeout = Limit)]
    public async Task A_program_has_a_terminal()
    {
        await using DockerHost host = await DockerBase.HostAsync();
        await using Terminal terminal = Terminal.Open(30, 90);
        Task<RunResult> run = host.RunAsync(
            Perl("$| = 1; print -t STDIN ? 'name? ' : 'none'; my $n = <STDIN>; print 'hello ', $n; open T, '/dev/tty' or die; print \"done\\n\"") with { Terminal = terminal }, Cancellation);
        await terminal.WaitForTextAsync("name? ", Patience, Cancellation);
        await terminal.SendAsync("world\r", Cancellation);
        await terminal.WaitForTextAsync("hello world\ndone", Patience, Cancellation);
        (await run).Exit.IsSuccess.Should().BeTrue();
    }

    /// <summary>Chaos removes runs that pass.</summary>
    [Fact(Timeout = Limit)]
    public async Task A_run_is_replayed_although_an_earlier_one_was_removed()
    {
        await using DockerHost host = await DockerBase.HostAsync(options => options with { Network = "host" });
        RunResult removed = await host.RunAsync(Perl("print 1"), Cancellation);
        Directory.Delete(removed.Directory.Path, recursive: true);
        RunResult run = await host.RunAsync(Perl("print 2"), Cancellation);
        ReplayResult replay = await new Replayer(host).ReplayAsync(run.Directory, cancellationToken: Cancellation);
        replay.IsExact.Should().BeTrue(replay.Sentence);
    }

    [Fact(Timeout = Limit)]
    public async Task Limits_are_the_engine_s()
    {
        await using DockerHost host = await DockerBase.HostAsync(options => options with { MemoryLimit = 100 << 20, Processors = "0" });
        RunResult run = await host.RunAsync(
            new RunRequest { Program = "sh", Arguments = ["-c", "cat /sys/fs/cgroup/memory/memory.limit_in_bytes /sys/fs/cgroup/memory.max; grep Cpus_allowed_list /proc/self/status"], Mode = RunMode.Plain }, Cancellation);
        run.StandardOutput.Should().Be("104857600\nCpus_allowed_list:\t0\n");
    }

    private static RunRequest Perl(string script) => new() { Program = "perl", Arguments = ["-e", script] };
}
