"""The calls that every client makes, in order. `call(method, **parameters)` makes one and returns the result."""


def make(call):
    def start(**more):
        return call(
            "start_loader_job",
            **{
                "source": "s3://neptune-loads/people/",
                "format": "csv",
                "s3BucketRegion": "us-east-1",
                "iamRoleArn": "arn:aws:iam::123456789012:role/NeptuneLoadFromS3",
                **more,
            },
        )

    def status(load, **more):
        return call("get_loader_job_status", loadId=load, **more)

    seen = {"engine": call("get_engine_status")}
    seen["started"] = start(failOnError=False, parserConfiguration={"allowEmptyStrings": "true"})
    seen["busy"] = start()
    seen["odd_mode"] = start(mode="FRESH")
    running = seen["started"]["payload"]["loadId"]
    seen["queued"] = start(queueRequest=True, mode="NEW", parallelism="OVERSUBSCRIBE", dependencies=[running])
    waiting = seen["queued"]["payload"]["loadId"]
    seen["running"] = status(running, details=True, errors=True, page=1, errorsPerPage=3)
    seen["waiting"] = status(waiting)
    seen["broken"] = status("broken", details=True, errors=True, page=2, errorsPerPage=3)
    seen["all"] = call("list_loader_jobs")
    seen["without_waiting"] = call("list_loader_jobs", includeQueuedLoads=False)
    seen["newest"] = call("list_loader_jobs", limit=1)
    seen["odd_limit"] = call("list_loader_jobs", limit=500)
    seen["cancelled"] = call("cancel_loader_job", loadId=waiting)
    seen["afterwards"] = status(waiting)
    seen["unknown"] = status("unheard-of")
    seen["cancelled_unknown"] = call("cancel_loader_job", loadId="unheard-of")
    return seen
