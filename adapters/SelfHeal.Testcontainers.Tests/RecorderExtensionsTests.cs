using DotNet.Testcontainers.Builders;
using DotNet.Testcontainers.Containers;
using SelfHeal.Diagnosis;
using Xunit;

namespace SelfHeal.Testcontainers.Tests;

/// <summary>Needs a container engine and the image SELFHEAL_ADAPTER_IMAGE (debian:bookworm-slim).</summary>
public sealed class RecorderExtensionsTests
{
    [Fact(Timeout = 120_000)]
    public async Task A_program_in_a_container_is_recorded_and_its_failure_is_read_here()
    {
        string directory = Path.Combine(Path.GetTempPath(), $"selfheal-{Guid.NewGuid():N}");
        try
        {
            ContainerRecording recording = new(directory, "/bin/sh", ["-c", "echo before; exit 3"]);
            string image = Environment.GetEnvironmentVariable("SELFHEAL_ADAPTER_IMAGE") ?? "debian:bookworm-slim";
            await using IContainer container = new ContainerBuilder(image).WithRecorder(recording).Build();
            await container.StartAsync(TestContext.Current.CancellationToken);

            long exit = await container.GetExitCodeAsync(TestContext.Current.CancellationToken);
            Failure failure = recording.Complete(exit);

            Assert.Equal(3, exit);
            Assert.True(failure.IsFailure, failure.Sentence);
            Assert.Equal("before\n", recording.Run.ReadText("stdout"));
            Assert.NotEmpty(recording.Run.OpenLog().Read());
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }
}
