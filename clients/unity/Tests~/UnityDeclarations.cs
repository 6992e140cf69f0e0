// The few members of Unity that the package uses, declared so that it compiles without Unity. They do nothing and are never run.
using System;

namespace UnityEngine
{
    public class AsyncOperation
    {
        public event Action<AsyncOperation> completed
        {
            add { }
            remove { }
        }
    }

    public class Object { }

    public class MonoBehaviour : Object { }

    public static class Application
    {
        public static string persistentDataPath
        {
            get { return null; }
        }
    }

    public static class Debug
    {
        public static void Log(object message) { }

        public static void LogException(Exception exception) { }
    }
}

namespace UnityEngine.Networking
{
    public class UploadHandler { }

    public class UploadHandlerRaw : UploadHandler
    {
        public UploadHandlerRaw(byte[] data) { }
    }

    public class DownloadHandler
    {
        public string text
        {
            get { return null; }
        }
    }

    public class DownloadHandlerBuffer : DownloadHandler { }

    public class UnityWebRequestAsyncOperation : AsyncOperation { }

    public class UnityWebRequest : IDisposable
    {
        public UnityWebRequest(string url, string method) { }

        public UploadHandler uploadHandler { get; set; }

        public DownloadHandler downloadHandler { get; set; }

        public int timeout { get; set; }

        public long responseCode
        {
            get { return 0; }
        }

        public string error
        {
            get { return null; }
        }

        public void SetRequestHeader(string name, string value) { }

        public string GetResponseHeader(string name)
        {
            return null;
        }

        public UnityWebRequestAsyncOperation SendWebRequest()
        {
            return null;
        }

        public void Dispose() { }
    }
}
