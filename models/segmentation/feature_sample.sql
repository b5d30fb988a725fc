-- One row per customer the models are fitted on: those first by key, which is a hash, so the sample
-- is random, yet the same on every engine and in every run.
with feature_matrix as (
    select
        *,
        row_number() over (order by customer_key) as sample_position
    from {{ ref('feature_matrix') }}
),

final as (
    select
        customer_key{% for feature in covey.feature_names() %},
        {{ feature }}{% endfor %}
    from feature_matrix
    where sample_position <= {{ var('covey_fit_sample_size') }}
)

select * from final
