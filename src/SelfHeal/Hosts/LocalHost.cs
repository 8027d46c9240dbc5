using System.Diagnostics;
using SelfHeal.Diagnosis;
using SelfHeal.Log;

namespace SelfHeal.Hosts;

/// <summary>Starts programs on this machine, through selfheal-launch.</summary>
public sealed class LocalHost : Host
{
    /// <param name="recorder">Null: <see cref="RecorderFiles.Default"/>, found at the first run.</param>
    public LocalHost(RecorderFiles? recorder = null) : base(recorder) { }

    /// <inheritdoc/>
    public override Task<Sandbox> ProbeSandboxAsync(CancellationToken cancellationToken = default) => Sandbox.ProbeAsync(Recorder);

    /// <inheritdoc/>
    public override Task<bool> HasProgramAsync(string name, CancellationToken cancellationToken = default) =>
        Task.FromResult(ProgramPath.Find(name) is not null);

    internal override async Task<RunBasis> BasisAsync(RunRequest request, CancellationToken cancellationToken)
    {
        if (request.Source?.Info.Image is { } image)
        {
            throw new SelfHealException($"{request.Source.Path} was recorded in the image {image.Name}: use a host of that image.");
        }

        string cwd = Path.GetFullPath(request.WorkingDirectory ?? Environment.CurrentDirectory);
        IReadOnlyList<string> environment = request.Environment ?? RunBasis.OwnEnvironment();
        string program = ProgramPath.Find(request.ProgramPath ?? request.Program, cwd, ProgramPath.Among(environment))
            ?? throw new ProgramNotStartedException($"The program {request.Program} is not found.", 127);
        RunBasis.CheckRequest(request);
        return new RunBasis(
            cwd, environment, program, ElfImage.TryRead(program)?.BuildId ?? "",
            request.StackLimit != 0 ? request.StackLimit : RunBasis.StackLimitOf(File.ReadAllText("/proc/self/limits")),
            await DecideSandboxAsync(request.Sandbox, cancellationToken).ConfigureAwait(false));
    }

    internal override Task<ProcessStartInfo> CommandAsync(
        RunDirectory run, LaunchStreams streams, string? environment, CancellationToken cancellationToken) =>
        Task.FromResult(LauncherCommand.Build(Recorder, run, streams, environment));
}
