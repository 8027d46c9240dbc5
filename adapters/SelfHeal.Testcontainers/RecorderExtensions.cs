using DotNet.Testcontainers.Builders;
using DotNet.Testcontainers.Configurations;
using DotNet.Testcontainers.Containers;

namespace SelfHeal.Testcontainers;

/// <summary><c>WithRecorder</c> for any container builder.</summary>
public static class RecorderExtensions
{
    /// <summary>The container's program runs under the recorder. It takes the place of the image's entry point and
    /// command.</summary>
    /// <remarks>The engine's usual profile does not let addresses be fixed: such a run is recorded, and a patch is in
    /// force, but a replay may diverge (docs/containers.md).</remarks>
    public static TBuilder WithRecorder<TBuilder, TContainer, TConfiguration>(
        this IContainerBuilder<TBuilder, TContainer, TConfiguration> builder, ContainerRecording recording)
        where TBuilder : IContainerBuilder<TBuilder, TContainer, TConfiguration>
        where TContainer : IContainer
        where TConfiguration : IContainerConfiguration
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(recording);
        return builder
            .WithBindMount(recording.RecorderDirectory, recording.RecorderDirectory, AccessMode.ReadOnly)
            .WithBindMount(recording.Run.Path, recording.Run.Path, AccessMode.ReadWrite)
            .WithEntrypoint(recording.EntryPoint);
    }
}
