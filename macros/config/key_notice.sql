{#- Says at the start of a run that keys are made without a secret, where they are. -#}
{% macro key_notice() %}
    {%- set made = namespace(why=none) -%}
    {%- if not covey.has_key_function() -%}
        {%- set made.why = 'the profile does not load covey.plugin' -%}
    {%- elif run_query("select covey_key('covey') = md5('covey')").columns[0].values()[0] -%}
        {%- set made.why = 'COVEY_KEY_SECRET is not set' -%}
    {%- endif -%}
    {%- if made.why -%}
        {%- do log(
            'covey: customer keys are plain hashes, because ' ~ made.why ~ '. Whoever knows an'
            ~ ' identifier can make its key: see docs/privacy.md.', info=true
        ) -%}
    {%- endif -%}
{% endmacro %}
